import type { Player, Programme, Team } from "@touchline/kit";
import type { Components } from "@touchline/sdk";

/** A player and their team. */
export interface Subject {
  player: Player;
  team: Team;
}

/** Return the moment's player, or the opposing goalkeeper; null if neither is known. */
export function subjectOf(kind: string, { moment }: Components, { home, away }: Programme): Subject | null {
  const named =
    moment?.player &&
    [home, away].map((team) => withName(team, moment.player as string)).find((each) => each);
  if (kind !== "goalkeeper" && named) return named;
  const team = moment?.team === home.name ? away : home;
  const keeper = team.players.find(({ position }) => position === "Goalkeeper");
  return keeper ? { player: keeper, team } : null;
}

function withName(team: Team, name: string): Subject | null {
  const player = team.players.find((each) => each.name === name);
  return player ? { player, team } : null;
}
