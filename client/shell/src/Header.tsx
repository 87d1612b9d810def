import { type Language, useRemembered } from "@touchline/kit";
import type { ConnectionState } from "@touchline/sdk";
import { type ReactNode, useEffect } from "react";
import { LanguageSwitch } from "./LanguageSwitch";
import { Menu } from "./Menu";
import { LayoutMenu } from "./regions/LayoutMenu";
import type { Layout } from "./regions/layout";
import { say } from "./words";

interface Props {
  connection: ConnectionState;
  viewer: string;
  layout: Layout;
  change: (change: Partial<Layout>) => void;
  signOut: () => void;
  chooseLanguage: (language: Language) => void;
}

/** The state of the connection, and the viewer's settings. */
export function Header(props: Props): ReactNode {
  const { connection, viewer, layout, change, signOut, chooseLanguage } = props;
  return (
    <header className="top">
      <h1 className="brand">Touchline</h1>
      <span className={`state ${connection}`}>
        <span>{say().connection[connection]}</span>
      </span>
      <Theme />
      <LayoutMenu layout={layout} change={change} />
      <Menu className="viewer" label={viewer}>
        <LanguageSwitch choose={chooseLanguage} />
        <button type="button" onClick={signOut}>
          {say().signOut}
        </button>
      </Menu>
    </header>
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
      aria-label={say().switchColours[other]}
    >
      <span aria-hidden="true">{theme === "dark" ? "☀" : "☾"}</span>
    </button>
  );
}
