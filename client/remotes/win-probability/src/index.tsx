import { type RemoteProps, translator, useClock } from "@touchline/kit";
import type { ReactNode } from "react";
import { Chart } from "./Chart";
import { outlook, timeOf } from "./model";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  Draw: "Pareggio",
  "{time}, from the score, the players sent off and the time left.":
    "{time}, dal punteggio, dagli espulsi e dal tempo che resta.",
});

/** The chances of each outcome over the match, up to the minute of the viewer's picture. */
export default function WinProbability({
  placement,
  message,
  past,
  programme,
  programmeMs,
}: RemoteProps): ReactNode {
  const clock = useClock(message, programmeMs);
  const minutes = Number(placement.properties.window_minutes ?? 90);
  const versions = [...past.filter(({ version }) => version < message.version), message];
  const now = outlook(message, minutes, clock);
  const points = [...versions.map((each) => outlook(each, minutes)), now];
  const parts = [
    { name: programme.home.name, share: now.home, className: "home" },
    { name: t("Draw"), share: now.draw, className: "draw" },
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
        {t("{time}, from the score, the players sent off and the time left.", {
          time: timeOf(message, clock),
        })}
      </p>
    </div>
  );
}
