import type { ReactNode } from "react";
import type { Match } from "../config";
import { Now } from "../Now";
import type { View } from "../session/useSession";

interface Props {
  match: Match;
  view: View;
  programmeMs: () => number | null;
}

/** The teams, the score, the clock and the phase at the viewer's picture. */
export function ScoreBar({ match, view: { latest }, programmeMs }: Props): ReactNode {
  const [home, away] = latest?.score ?? [0, 0];
  return (
    <div className="score-bar">
      <div className="score" data-score={`${home}-${away}`}>
        <Team name={match.home.name} colour={match.home.colour} />
        <b>
          <Goals key={`home-${home}`} count={home} />
          <i>–</i>
          <Goals key={`away-${away}`} count={away} />
        </b>
        <Team name={match.away.name} colour={match.away.colour} />
      </div>
      <p className="moment">{latest && <Now message={latest} programmeMs={programmeMs} />}</p>
    </div>
  );
}

/** A number of goals; the key changes with it, so that a new number rolls in. */
function Goals({ count }: { count: number }): ReactNode {
  return <span className="goals">{count}</span>;
}

function Team({ name, colour }: { name: string; colour: string }): ReactNode {
  return (
    <span className="team">
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <circle cx="6" cy="6" r="5" fill={colour} />
      </svg>
      <span>{name}</span>
    </span>
  );
}
