import { type RemoteProps, translator, useRemembered } from "@touchline/kit";
import { type ReactNode, useEffect, useState } from "react";
import { NOBODY, optionsOf, type Prediction, settle } from "./market";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "{outcome}: you win {points} points.": "{outcome}: vinci {points} punti.",
  "It was {outcome}: {points} points gone.": "Era {outcome}: {points} punti persi.",
  points: "punti",
  "A game: no money.": "Un gioco: niente denaro.",
  "You predict {pick}: {stake} points, {gain} if it comes true.":
    "Il tuo pronostico è {pick}: {stake} punti, {gain} se si avvera.",
  "Points to risk": "Punti da rischiare",
  Nobody: "Nessuno",
});

const FIRST_POINTS = 100;
const STAKES = [10, 20, 50];

/** Predictions for points; no money is involved. */
export default function BetSlip({
  placement,
  message,
  past,
  programme,
  viewer,
  interact,
}: RemoteProps): ReactNode {
  const market = String(placement.properties.market);
  const [points, setPoints] = useRemembered(`points.${viewer}.${programme.id}`, FIRST_POINTS);
  const [open, setOpen] = useRemembered<Prediction | null>(
    `prediction.${viewer}.${programme.id}.${market}`,
    null,
  );
  const [stake, setStake] = useState(STAKES[0] as number);
  const [notice, setNotice] = useState("");
  const newest = past.at(-1)?.version ?? message.version;

  useEffect(() => {
    const outcome = open && settle(open, past, programme);
    if (!open || !outcome) return;
    const won = outcome === open.pick ? open.stake * open.pays : 0;
    setPoints(points + won);
    setNotice(
      won
        ? t("{outcome}: you win {points} points.", { outcome: nameOf(outcome), points: won })
        : t("It was {outcome}: {points} points gone.", { outcome: nameOf(outcome), points: open.stake }),
    );
    setOpen(null);
  }, [newest]);

  const predict = (pick: string, pays: number): void => {
    setPoints(points - stake);
    setOpen({ market, pick, pays, stake, version: newest });
    setNotice("");
    interact("conversion", stake);
  };
  return (
    <div className="stack">
      <p className="row">
        <span className="points">
          <b>{points}</b> {t("points")}
        </span>
        <span className="quiet push">{t("A game: no money.")}</span>
      </p>
      {open ? (
        <p className="open">
          {t("You predict {pick}: {stake} points, {gain} if it comes true.", {
            pick: nameOf(open.pick),
            stake: open.stake,
            gain: open.stake * open.pays,
          })}
        </p>
      ) : (
        <>
          <fieldset className="row" aria-label={t("Points to risk")}>
            {STAKES.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={stake === each}
                disabled={each > points}
                onClick={() => setStake(each)}
              >
                {each}
              </button>
            ))}
          </fieldset>
          <ul className="picks">
            {optionsOf(market, programme, message).map(({ pick, pays }) => (
              <li key={pick}>
                <button type="button" disabled={stake > points} onClick={() => predict(pick, pays)}>
                  {nameOf(pick)} <b>×{pays}</b>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <p role="status" className="quiet">
        {notice}
      </p>
    </div>
  );
}

/** Return a pick as it is shown; picks are stored in English. */
function nameOf(pick: string): string {
  return pick === NOBODY ? t("Nobody") : pick;
}
