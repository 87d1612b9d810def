import { matchClock, type RemoteProps, translator, useShared } from "@touchline/kit";
import type { ReactNode } from "react";
import { entriesOf, isOfCrowd, lineOf } from "./lines";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "Quiet so far.": "Tranquillo finora.",
  "React; counted in this browser": "Reagisci; contato in questo browser",
  Bravo: "Bravo",
  Wow: "Wow",
  Ouch: "Ahi",
});

const REACTIONS = ["Bravo", "Wow", "Ouch"] as const;
const SHOWN = 6;

/** The moments of the match, the reactions of the crowd, and those of this browser's viewers. */
export default function SocialFeed({
  placement,
  past,
  programme,
  message,
  interact,
}: RemoteProps): ReactNode {
  const fans = placement.properties.source === "fans";
  const entries = entriesOf(placement.properties.source, past, SHOWN);
  const [counts, setCounts] = useShared<Record<string, number>>(
    `reactions.${programme.id}.${message.moment?.id ?? "start"}`,
    {},
  );
  const react = (reaction: string): void => {
    setCounts((known) => ({ ...known, [reaction]: (known[reaction] ?? 0) + 1 }));
    interact("click");
  };
  return (
    <div className="feed">
      <ol>
        {entries.map((moment) => (
          <li key={moment.id} className={isOfCrowd(moment) ? "crowd" : ""}>
            <b>{matchClock(moment)}</b> {lineOf(moment)}
          </li>
        ))}
        {entries.length === 0 && <li>{t("Quiet so far.")}</li>}
      </ol>
      {fans && (
        <fieldset className="row" aria-label={t("React; counted in this browser")}>
          {REACTIONS.map((each) => (
            <button key={each} type="button" onClick={() => react(each)}>
              {t(each)} <b>{counts[each] ?? 0}</b>
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}
