import { SELLING_TYPES } from "@touchline/kit";
import type { Placement, Screen } from "@touchline/sdk";

/** Return a screen without components that sell; their slots stay empty, because what sells comes back soon. */
export function withoutSelling(screen: Screen | null): Screen | null {
  if (!screen) return null;
  const sells = ({ type }: Placement): boolean => SELLING_TYPES.has(type);
  const empty = new Set(screen.placements.filter(sells).map(({ slot }) => slot));
  const stays = (each: Placement): boolean => !sells(each) && !empty.has(each.slot);
  return {
    ...screen,
    placements: screen.placements.filter(stays),
    alternatives: screen.alternatives.filter(stays),
  };
}
