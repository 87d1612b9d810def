import type { Command } from "../night/NightWatch";

/** A command that waits for its reason and confirmation. */
export interface Draft {
  title: string;
  /** What the command will do, shown before the confirmation. */
  effect: string;
  command: Omit<Command, "reason">;
}

/** Return the command that freezes a component. */
export function freeze(componentId: string, title: string): Draft {
  return {
    title: `Freeze ${title}`,
    effect: "It disappears from every screen at once, and is not chosen until it is thawed.",
    command: { command: "freeze", componentId },
  };
}
