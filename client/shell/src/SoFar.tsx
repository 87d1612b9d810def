import { isLasting, matchClock, momentsOf, momentWords } from "@touchline/kit";
import type { Components } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Match } from "./config";

const SHOWN = 7;

/** The moments that the viewer's picture has reached; shown beside the picture while no component is due there. */
export function SoFar({ match, past }: { match: Match; past: Components[] }): ReactNode {
  const moments = momentsOf(past).filter(isLasting).slice(-SHOWN).reverse();
  return (
    <section className="so-far" aria-labelledby="so-far">
      <h2 id="so-far">The match so far</h2>
      <p>
        {match.competition} · {match.venue}
      </p>
      <ol>
        {moments.map((moment) => (
          <li key={moment.id}>
            <time>{matchClock(moment)}</time>
            <span>{momentWords(moment)}</span>
            <b>{moment.score.join("–")}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}
