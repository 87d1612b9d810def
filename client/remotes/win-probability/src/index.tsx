import { matchClock, type RemoteProps } from "@touchline/kit";
import type { ReactNode } from "react";
import { Chart } from "./Chart";
import { type Outlook, outlook } from "./model";
import styles from "./styles.css?inline";

export { styles };

/** The chances of each outcome, computed from the contexts that the viewer has seen. */
export default function WinProbability({ placement, message, past, programme }: RemoteProps): ReactNode {
  const minutes = Number(placement.properties.window_minutes ?? 90);
  const points = [...past.filter(({ version }) => version < message.version), message].map((each) =>
    outlook(each, minutes),
  );
  const now = points.at(-1) as Outlook;
  const parts = [
    { name: programme.home.name, share: now.home, className: "home" },
    { name: "Draw", share: now.draw, className: "draw" },
    { name: programme.away.name, share: now.away, className: "away" },
  ];
  return (
    <div className="panel">
      <dl className="shares">
        {parts.map(({ name, share, className }) => (
          <div key={name} className={className}>
            <dt>{name}</dt>
            <dd>{Math.round(share * 100)}%</dd>
          </div>
        ))}
      </dl>
      <Chart points={points} minutes={minutes} home={programme.home.name} away={programme.away.name} />
      <p className="quiet">
        {message.moment ? `After ${matchClock(message.moment)}` : "Before kick-off"}: goals as a Poisson
        process over what is left.
      </p>
    </div>
  );
}
