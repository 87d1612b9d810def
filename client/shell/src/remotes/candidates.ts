import type { Placement, Screen, Slot } from "@touchline/sdk";
import type { Switches } from "./switches";

/**
 * Return the candidates for a slot, best first: its placement, then its alternatives, without disabled ones. Types that
 * the viewer wants less of come last.
 */
export function candidates(
  screen: Screen | null,
  slot: Slot,
  off: Switches,
  lessOf: readonly string[] = [],
): Placement[] {
  if (!screen) return [];
  const found = [...screen.placements, ...screen.alternatives]
    .filter((placement) => placement.slot === slot)
    .filter(({ componentId, remote }) => !off.has(componentId) && !off.has(remote.url));
  const isUnwanted = ({ type }: Placement): boolean => lessOf.includes(type);
  return [...found.filter((each) => !isUnwanted(each)), ...found.filter(isUnwanted)];
}
