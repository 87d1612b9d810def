import { matchClock, playerMomentName, type RemoteProps, translator } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import { playersOf } from "./players";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  Team: "Squadra",
  "The line-up is not known yet.": "La formazione non è ancora nota.",
});

/** The players of each team, with what the viewer has seen of them so far. */
export default function LineUps({ past, programme, interact }: RemoteProps): ReactNode {
  const { home, away } = programme;
  const [side, setSide] = useState<"home" | "away">("home");
  const team = programme[side];
  const players = playersOf(team, past);
  const show = (next: "home" | "away"): void => {
    setSide(next);
    interact("click");
  };
  return (
    <div className="stack">
      <fieldset className="row" aria-label={t("Team")}>
        {(["home", "away"] as const).map((each) => (
          <button key={each} type="button" aria-pressed={side === each} onClick={() => show(each)}>
            {each === "home" ? home.name : away.name}
          </button>
        ))}
      </fieldset>
      <ol>
        {players.map(({ player, moments }) => (
          <li key={player.name}>
            <b style={{ borderColor: team.colour }}>{player.number}</b>
            <span>{player.name}</span>
            {moments.map((moment) => (
              <small key={moment.id}>
                {matchClock(moment)} {playerMomentName(moment.type)}
              </small>
            ))}
          </li>
        ))}
      </ol>
      {players.length === 0 && <p className="quiet">{t("The line-up is not known yet.")}</p>}
    </div>
  );
}
