import type { Team } from "@touchline/kit";
import type { ReactNode } from "react";
import type { Match } from "./config";
import { say } from "./words";

/** The players of both teams who started; nothing if they are not known. */
export function Squads({ match }: { match: Match }): ReactNode {
  const teams = [match.home, match.away];
  if (!teams.some((team) => starters(team).length > 0)) return null;
  return (
    <details className="squads">
      <summary>{say().lineUps}</summary>
      <div>
        {teams.map((team) => (
          <section key={team.name} aria-label={team.name}>
            <h3>{team.name}</h3>
            <ol>
              {starters(team).map(({ name, number }) => (
                <li key={name}>
                  <b>{number}</b> {name}
                </li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </details>
  );
}

function starters(team: Team): Team["players"] {
  return team.players.filter(({ position }) => position !== null);
}
