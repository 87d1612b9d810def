import { momentsOf, type Player, type Programme } from "@touchline/kit";
import type { Components, Placement } from "@touchline/sdk";

const MAX_OPTIONS = 5;
/** What each moment counts for its player of the match. */
const MERITS: Record<string, number> = { GOAL: 3, BIG_CHANCE: 1, WOODWORK: 1, SHOT_ON_TARGET: 1 };

/** Return the options of a poll: those of the catalogue with the teams' names, or players of the match. */
export function optionsOf(placement: Placement, past: Components[], programme: Programme): string[] {
  const given = placement.properties.options as string[];
  const { home, away } = programme;
  if (given.includes("line-ups")) return playersOf(past, programme);
  return given.map((each) => ({ Home: home.name, Away: away.name })[each] ?? each);
}

/** Return the players who did most, as the viewer has seen it, and then the forwards of both teams in turn. */
function playersOf(past: Components[], { home, away }: Programme): string[] {
  const merits = new Map<string, number>();
  for (const { player, type } of momentsOf(past)) {
    if (player && MERITS[type]) merits.set(player, (merits.get(player) ?? 0) + MERITS[type]);
  }
  const best = [...merits].sort(([, one], [, other]) => other - one).map(([name]) => name);
  const [first, second] = [forwardsFirst(home.players), forwardsFirst(away.players)];
  const inTurn = first.flatMap((name, index) => [name, ...second.slice(index, index + 1)]);
  return [...new Set([...best, ...inTurn])].slice(0, MAX_OPTIONS);
}

function forwardsFirst(players: Player[]): string[] {
  const isForward = ({ position }: Player): boolean => /forward|wing|striker|midfield/i.test(position ?? "");
  return [...players.filter(isForward), ...players.filter((each) => !isForward(each))].map(
    ({ name }) => name,
  );
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
