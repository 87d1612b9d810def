import type { Player, Programme, Team } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";

/** A person of the match as the placement names them, with their entry in the line-ups if it is known. */
export interface Subject {
  name: string;
  team: Team;
  player: Player | undefined;
}

/** Return the person that the placement is about; null if it names none. */
export function subjectOf({ properties }: Placement, { home, away }: Programme): Subject | null {
  const subject = properties.subject as { player: string; side: string } | undefined;
  if (!subject) return null;
  const team = subject.side === "home" ? home : away;
  const player = team.players.find(({ name }) => name === subject.player);
  return { name: subject.player, team, player };
}
