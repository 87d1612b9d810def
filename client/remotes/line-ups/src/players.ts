import { isLasting, momentsOf, type Player, type Team } from "@touchline/kit";
import type { Components, Moment } from "@touchline/sdk";

/** A player who is or was on the pitch, and what the viewer has seen of them. */
export interface Listed {
  player: Player;
  moments: Moment[];
}

/** The lines of a team from the back, by words of the position. */
const LINES = [/goalkeeper/i, /back/i, /midfield/i];

/** Return a team's players: those who started, from the back to the front, then those who came on. */
export function playersOf(team: Team, past: Components[]): Listed[] {
  const moments = momentsOf(past).filter((moment) => moment.team !== null && isLasting(moment));
  const listed = team.players.map((player) => ({ player, moments: seenOf(player, team, moments) }));
  const started = listed
    .filter(({ player }) => player.position)
    .sort((one, other) => lineOf(one.player) - lineOf(other.player));
  const cameOn = listed.filter(
    (each) => !each.player.position && each.moments.some(({ type }) => type === "SUBSTITUTION"),
  );
  return [...started, ...cameOn];
}

function lineOf({ position }: Player): number {
  const line = LINES.findIndex((each) => each.test(position ?? ""));
  return line < 0 ? LINES.length : line;
}

/** An own goal counts for the other team, so its player is known by the name alone. */
function seenOf({ name }: Player, team: Team, moments: Moment[]): Moment[] {
  return moments.filter(
    (moment) => moment.player === name && (moment.team === team.name || moment.type === "OWN_GOAL"),
  );
}
