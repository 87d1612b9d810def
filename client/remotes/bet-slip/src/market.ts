import type { Programme } from "@touchline/kit";
import type { Components } from "@touchline/sdk";

/** A viewer's prediction, and the context version at which it was made. */
export interface Prediction {
  market: string;
  pick: string;
  pays: number;
  stake: number;
  version: number;
}

export const NOBODY = "Nobody";

/** Return the options of a market and the factor by which each multiplies the stake. */
export function optionsOf(
  market: string,
  { home, away }: Programme,
  { score }: Components,
): { pick: string; pays: number }[] {
  if (market === "final_score") {
    const [one, other] = score;
    return [
      [one, other],
      [one + 1, other],
      [one, other + 1],
    ].map(([h, a], index) => ({ pick: `${h}–${a}`, pays: index + 2 }));
  }
  return [
    { pick: home.name, pays: 2 },
    { pick: away.name, pays: 2 },
    { pick: NOBODY, pays: 3 },
  ];
}

/** Return the outcome of a prediction's market from what the viewer has seen; null while it is open. */
export function settle(
  { market, version }: Prediction,
  past: Components[],
  { home, away }: Programme,
): string | null {
  const after = past.filter((each) => each.version > version);
  const ended = after.find(({ moment }) => moment?.type === "FULL_TIME");
  if (market === "final_score") return ended ? ended.score.join("–") : null;
  const before = past.findLast((each) => each.version <= version)?.score ?? [0, 0];
  for (const { score, moment } of after) {
    if (market === "next_card" && moment && /_CARD$/.test(moment.type) && moment.team) return moment.team;
    if (market === "next_goal" && score[0] > before[0]) return home.name;
    if (market === "next_goal" && score[1] > before[1]) return away.name;
  }
  return ended ? NOBODY : null;
}
