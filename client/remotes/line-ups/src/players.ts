import { isLasting, momentsOf, type Player, type Team } from "@touchline/kit";
import type { Components, Moment } from "@touchline/sdk";

/** A player who is or was on the pitch, and what the viewer has seen of them. */
export interface Listed {
  player: Player;
  moments: Moment[];
}

/** Return a team's players: those who started, in the order of the programme, then those who came on. */
export function playersOf(team: Team, past: Components[]): Listed[] {
  const moments = momentsOf(past).filter((moment) => moment.team !== null && isLasting(moment));
  const listed = team.players.map((player) => ({ player, moments: seenOf(player, team, moments) }));
  const started = listed.filter(({ player }) => player.position);
  const cameOn = listed.filter(
    (each) => !each.player.position && each.moments.some(({ type }) => type === "SUBSTITUTION"),
  );
  return [...started, ...cameOn];
}

/** An own goal counts for the other team, so its player is known by the name alone. */
function seenOf({ name }: Player, team: Team, moments: Moment[]): Moment[] {
  return moments.filter(
    (moment) => moment.player === name && (moment.team === team.name || moment.type === "OWN_GOAL"),
  );
}
