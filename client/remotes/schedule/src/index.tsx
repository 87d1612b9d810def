import { locale, type RemoteProps, translator, useRemembered } from "@touchline/kit";
import type { ReactNode } from "react";
import styles from "./styles.css?inline";
import { upcoming } from "./upcoming";

export { styles };

const t = translator({
  "No further match is announced yet.": "Non sono ancora annunciate altre partite.",
  Noted: "Annotato",
  "Remind me": "Ricordamelo",
});

const SHOWN = 6;
const WHEN = {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
} as const;

/** The next matches of the programme, in the viewer's own time; reminders are kept in this browser. */
export default function Schedule({ programme, programmeMs, viewer, interact }: RemoteProps): ReactNode {
  const matches = upcoming(programme.fixtures ?? [], programmeMs(), SHOWN);
  const [wanted, setWanted] = useRemembered<string[]>(`reminders.${viewer}`, []);
  if (matches.length === 0) return <p className="quiet">{t("No further match is announced yet.")}</p>;
  return (
    <ol>
      {matches.map(({ home, away, kickOff }) => {
        const name = `${home} – ${away}`;
        const label = t(wanted.includes(name) ? "Noted" : "Remind me");
        return (
          <li key={name}>
            <time dateTime={kickOff}>{new Date(kickOff).toLocaleString(locale(), WHEN)}</time>
            <span>{name}</span>
            <button
              type="button"
              aria-pressed={wanted.includes(name)}
              aria-label={`${label}: ${name}`}
              onClick={() => {
                const isWanted = wanted.includes(name);
                setWanted(isWanted ? wanted.filter((each) => each !== name) : [...wanted, name]);
                if (!isWanted) interact("conversion");
              }}
            >
              {label}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
