import {
  isLasting,
  matchClock,
  momentsOf,
  playerMomentName,
  type RemoteProps,
  translator,
} from "@touchline/kit";
import type { ReactNode } from "react";
import { positionOf } from "./position";
import styles from "./styles.css?inline";
import { subjectOf } from "./subject";

export { styles };

const t = translator({
  "From the bench": "Dalla panchina",
  "Follow {name}": "Segui {name}",
});

/** The person that the placement is about, and their moments in this match so far. */
export default function PlayerCard({ placement, past, programme, interact }: RemoteProps): ReactNode {
  const subject = subjectOf(placement, programme);
  if (!subject) return null;
  const { name, team, player } = subject;
  const deeds = momentsOf(past).filter((moment) => moment.player === name && isLasting(moment));
  return (
    <article className="card" style={{ borderColor: team.colour }}>
      <svg className="shirt" viewBox="0 0 48 48" aria-hidden="true">
        <path d="M16 5 6 11l4 9 4-2v25h20V18l4 2 4-9-10-6c-2 4-14 4-16 0Z" fill={team.colour} />
        <text x="24" y="34" textAnchor="middle">
          {player?.number}
        </text>
      </svg>
      <div>
        <h3>{name}</h3>
        <p className="quiet">
          {[team.name, player?.position ? positionOf(player.position) : t("From the bench")].join(" · ")}
        </p>
      </div>
      <ul>
        {deeds.map((moment) => (
          <li key={moment.id}>
            <b>{matchClock(moment)}</b> {playerMomentName(moment.type)}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => interact("click")}>
        {t("Follow {name}", { name: name.split(" ").at(-1) ?? name })}
      </button>
    </article>
  );
}
