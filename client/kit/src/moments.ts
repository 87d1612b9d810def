import type { Components, Moment } from "@touchline/sdk";
import { isEventful } from "./momentWords";

/**
 * Return the distinct moments of messages in which something happened, oldest first; several versions may carry the
 * same moment.
 */
export function momentsOf(past: Components[]): Moment[] {
  const found = past.flatMap(({ moment }) =>
    moment && isEventful(moment) ? [[moment.id, moment] as const] : [],
  );
  return [...new Map(found).values()];
}
