import type { Moment } from "@touchline/sdk";

/** Return a moment in words: "Goal: Ciro Immobile", "Red card: Italy", "Half time". */
export function momentWords({ type, player, team }: Moment): string {
  const words = type.charAt(0) + type.slice(1).toLowerCase().replaceAll("_", " ");
  const who = player ?? team;
  return who ? `${words}: ${who}` : words;
}
