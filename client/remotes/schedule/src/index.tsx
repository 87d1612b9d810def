import { type RemoteProps, useRemembered } from "@touchline/kit";
import type { ReactNode } from "react";
import styles from "./styles.css?inline";
import { upcoming } from "./upcoming";

export { styles };

const SHOWN = 6;
const WHEN = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** The next matches of the programme, in the viewer's own time; reminders are kept in this browser. */
export default function Schedule({ programme, programmeMs, viewer, interact }: RemoteProps): ReactNode {
  const matches = upcoming(programme.fixtures ?? [], programmeMs(), SHOWN);
  const [wanted, setWanted] = useRemembered<string[]>(`reminders.${viewer}`, []);
  if (matches.length === 0) return <p className="quiet">No further match is announced yet.</p>;
  return (
    <ol>
      {matches.map(({ home, away, kickOff }) => {
        const name = `${home} – ${away}`;
        return (
          <li key={name}>
            <time dateTime={kickOff}>{WHEN.format(new Date(kickOff))}</time>
            <span>{name}</span>
            <button
              type="button"
              aria-pressed={wanted.includes(name)}
              aria-label={`Remind me of ${name}`}
              onClick={() => {
                const isWanted = wanted.includes(name);
                setWanted(isWanted ? wanted.filter((each) => each !== name) : [...wanted, name]);
                if (!isWanted) interact("conversion");
              }}
            >
              {wanted.includes(name) ? "Noted" : "Remind me"}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
