import type { Placement, Screen, Slot } from "@touchline/sdk";
import type { Switches } from "./switches";

/** Return the candidates for a slot, best first: its placement, then its alternatives, without disabled ones. */
export function candidates(screen: Screen | null, slot: Slot, off: Switches): Placement[] {
  if (!screen) return [];
  return [...screen.placements, ...screen.alternatives]
    .filter((placement) => placement.slot === slot)
    .filter(({ componentId, remote }) => !off.has(componentId) && !off.has(remote.url));
}
