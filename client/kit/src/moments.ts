import type { Components, Moment } from "@touchline/sdk";

/** The moments of some messages, oldest first, each once: one moment may keep the headline over several versions. */
export function momentsOf(past: Components[]): Moment[] {
  const found = past.flatMap(({ moment }) => (moment ? [[moment.id, moment] as const] : []));
  return [...new Map(found).values()];
}
