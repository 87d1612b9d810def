import type { Programme } from "@touchline/kit";
import type { Components, Placement } from "@touchline/sdk";

const MAX_OPTIONS = 5;

/** Return the options of a poll: those of the catalogue with the teams' names, or players of the match. */
export function optionsOf(placement: Placement, message: Components, { home, away }: Programme): string[] {
  const given = placement.properties.options as string[];
  if (!given.includes("line-ups")) {
    return given.map((each) => ({ Home: home.name, Away: away.name })[each] ?? each);
  }
  const known = new Set([message.moment?.player].filter((each) => each != null));
  const forwards = [...away.players, ...home.players].filter(({ position }) =>
    /forward|wing|striker|midfield/i.test(position ?? ""),
  );
  const others = [...away.players, ...home.players];
  return [...new Set([...known, ...[...forwards, ...others].map(({ name }) => name)])].slice(0, MAX_OPTIONS);
}

/**
 * Return what a vote belongs to: most polls ask again after each goal, those about a moment (`asked_per` is `moment`) at
 * each one, and others (`match`) once.
 */
export function occasionOf(
  { componentId, properties }: Placement,
  { matchId, moment, score }: Components,
): string {
  const occasions: Record<string, string> = { moment: moment?.id ?? "", match: "", score: score.join("-") };
  return [matchId, componentId, occasions[String(properties.asked_per ?? "score")]].join(".");
}
