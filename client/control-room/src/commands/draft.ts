import type { Command } from "../night/NightWatch";

/** A command that waits for its reason and confirmation. */
export interface Draft {
  title: string;
  /** What the command will do, shown before the confirmation. */
  effect: string;
  command: Omit<Command, "reason">;
}
