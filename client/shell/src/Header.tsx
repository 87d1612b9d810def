import { useRemembered } from "@touchline/kit";
import type { ConnectionState } from "@touchline/sdk";
import { type ReactNode, useEffect } from "react";
import type { Match } from "./config";
import { Now } from "./Now";
import { LayoutMenu } from "./regions/LayoutMenu";
import type { Layout } from "./regions/layout";
import type { View } from "./session/useSession";

interface Props {
  match: Match;
  view: View;
  viewer: string;
  programmeMs: () => number | null;
  layout: Layout;
  change: (change: Partial<Layout>) => void;
}

const STATES: Record<ConnectionState, string> = {
  open: "Live",
  connecting: "Connecting",
  waiting: "Reconnecting",
  closed: "Closed",
};

/** The teams, the score at the viewer's picture, and the viewer's settings. */
export function Header({ match, view, viewer, programmeMs, layout, change }: Props): ReactNode {
  const { latest, connection } = view;
  const [home, away] = latest?.score ?? [0, 0];
  return (
    <header className="top">
      <h1 className="brand">Touchline</h1>
      <div className="score" data-score={`${home}-${away}`}>
        <Team name={match.home.name} colour={match.home.colour} />
        <b>
          {home}
          <i>–</i>
          {away}
        </b>
        <Team name={match.away.name} colour={match.away.colour} />
      </div>
      <p className="moment">{latest && <Now message={latest} programmeMs={programmeMs} />}</p>
      <span className={`state ${connection}`}>{STATES[connection]}</span>
      <span className="viewer">{viewer}</span>
      <Theme />
      <LayoutMenu layout={layout} change={change} />
    </header>
  );
}

function Team({ name, colour }: { name: string; colour: string }): ReactNode {
  return (
    <span className="team">
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <circle cx="6" cy="6" r="5" fill={colour} />
      </svg>
      {name}
    </span>
  );
}

function Theme(): ReactNode {
  const preferred = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  const [theme, setTheme] = useRemembered<"light" | "dark">("theme", preferred);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="theme"
      onClick={() => setTheme(other)}
      aria-label={`Switch to ${other} colours`}
    >
      <span aria-hidden="true">{theme === "dark" ? "☀" : "☾"}</span>
    </button>
  );
}
