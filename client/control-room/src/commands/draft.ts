import type { Command } from "../night/NightWatch";

/** A command that waits for its reason and for a yes. */
export interface Draft {
  title: string;
  /** What it will do, for whoever is about to say yes. */
  effect: string;
  command: Omit<Command, "reason">;
}
