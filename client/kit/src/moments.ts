import type { Components, Moment } from "@touchline/sdk";

/** Return the distinct moments of messages, oldest first; several versions may carry the same moment. */
export function momentsOf(past: Components[]): Moment[] {
  const found = past.flatMap(({ moment }) => (moment ? [[moment.id, moment] as const] : []));
  return [...new Map(found).values()];
}
