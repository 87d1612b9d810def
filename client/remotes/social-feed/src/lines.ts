import { momentsOf, momentWords } from "@touchline/kit";
import type { Components, Moment } from "@touchline/sdk";

/** The moments that people watch again. */
const BEST = new Set([
  "GOAL",
  "OWN_GOAL",
  "GOAL_RUSH",
  "EQUALISER",
  "LATE_EQUALISER",
  "LATE_WINNER",
  "COMEBACK",
  "HAT_TRICK",
  "LEAD_CHANGE",
  "GOAL_DISALLOWED",
  "PENALTY_AWARDED",
  "PENALTY_MISSED",
  "RED_CARD",
  "BIG_CHANCE",
  "WOODWORK",
]);
const CROWD = new Set(["MENTION_SPIKE", "SENTIMENT_SWING"]);
/** Moments whose line says the score. */
const SCORING = /GOAL|EQUALISER|LATE_WINNER|COMEBACK|HAT_TRICK|LEAD_CHANGE|SCORE|HALF_TIME|FULL_TIME/;

/** Return the moments of a feed, newest first: of `moments`, the best ones only. */
export function entriesOf(source: unknown, past: Components[], shown: number): Moment[] {
  const moments = momentsOf(past).filter(({ type }) => source !== "moments" || BEST.has(type));
  return moments.slice(-shown).reverse();
}

/** Return a moment as a line of the feed. */
export function lineOf(moment: Moment): string {
  const words = momentWords(moment);
  return SCORING.test(moment.type) ? `${words} (${moment.score.join("–")})` : words;
}

/** True if the moment is a reaction of the crowd. */
export function isOfCrowd({ type }: Moment): boolean {
  return CROWD.has(type);
}
