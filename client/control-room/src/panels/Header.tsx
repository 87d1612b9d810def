import type { ConnectionState } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Night } from "../night/night";
import { wordsOf } from "../words";

const STATES: Record<ConnectionState, string> = {
  connecting: "connecting",
  open: "live",
  waiting: "line lost, trying again",
  closed: "closed",
};

/** The match's state, and the operator who is signed in. */
export function Header({
  night,
  state,
  operator,
}: {
  night: Night;
  state: ConnectionState;
  operator: string;
}): ReactNode {
  const { match, context } = night;
  const [home, away] = context?.score ?? [0, 0];
  return (
    <header className="top">
      <p className="brand">
        Touchline <span>control room</span>
      </p>
      <h1 data-score={`${home}-${away}`}>
        <span>{match?.home ?? "…"}</span>{" "}
        <b>
          {home}–{away}
        </b>{" "}
        <span>{match?.away ?? "…"}</span>
      </h1>
      <dl>
        <div>
          <dt>Phase</dt>
          <dd>{wordsOf(context?.phase ?? "before")}</dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd data-version={context?.version ?? 0}>{context?.version ?? 0}</dd>
        </div>
        <div>
          <dt>Context</dt>
          <dd>{wordsOf(context?.columns.MATCH_EVENT ?? "none")}</dd>
        </div>
        <div>
          <dt>Occasion</dt>
          <dd>{match ? `${match.competition}, ${match.venue}` : "…"}</dd>
        </div>
      </dl>
      <p className="operator">{operator}</p>
      <p className={`state ${state}`} role="status">
        {STATES[state]}
      </p>
    </header>
  );
}
