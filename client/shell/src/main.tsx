import { untilDone } from "@touchline/kit";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { readConfig, readMatch } from "./config";
import { applyLanguage } from "./language";
import { say } from "./words";
import "@touchline/kit/brand.css";
import "@touchline/kit/theme.css";
import "./styles.css";
import "./stage/stage.css";
import "./stage/announced.css";
import "./statistics/statistics.css";

const root = createRoot(document.getElementById("root") as HTMLElement);
void untilDone(
  async () => {
    await applyLanguage();
    const config = await readConfig();
    root.render(<App config={config} match={await readMatch(config)} />);
  },
  (error) => {
    console.error(error);
    root.render(
      <main className="sign-in" role="alert">
        <h1>{say().cannotStart}</h1>
        <p>{say().triesAgain}</p>
      </main>,
    );
  },
);
