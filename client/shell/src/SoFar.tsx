import { goalsOf, isLasting, matchClock, momentsOf, momentWords } from "@touchline/kit";
import type { Components, Moment } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Match } from "./config";
import { say } from "./words";

/** How many moments are shown, or more if there are more goals and red cards. */
const SHOWN = 7;

/** The moments that the viewer's picture has reached. */
export function SoFar({ match, past }: { match: Match; past: Components[] }): ReactNode {
  const moments = shownOf(past).toReversed();
  return (
    <section className="so-far" aria-labelledby="so-far">
      <h2 id="so-far">{say().soFar}</h2>
      <p>
        {match.competition} · {match.venue}
      </p>
      {moments.length === 0 && <p>{say().nothingYet}</p>}
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

/** Return every goal and red card, and the newest of the other moments. */
function shownOf(past: Components[]): Moment[] {
  const moments = momentsOf(past).filter(isLasting);
  const goals = new Set(goalsOf(past).map(({ moment }) => moment.id));
  const stays = ({ id, type }: Moment): boolean => goals.has(id) || type === "RED_CARD";
  const room = Math.max(0, SHOWN - moments.filter(stays).length);
  const others = moments.filter((each) => !stays(each));
  const left = new Set(others.slice(0, Math.max(0, others.length - room)));
  return moments.filter((each) => !left.has(each));
}
