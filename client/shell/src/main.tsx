import { untilDone } from "@touchline/kit";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { readConfig, readMatch } from "./config";
import "@touchline/kit/brand.css";
import "./styles.css";

const root = createRoot(document.getElementById("root") as HTMLElement);
void untilDone(
  async () => {
    const config = await readConfig();
    root.render(<App config={config} match={await readMatch(config)} />);
  },
  (error) =>
    root.render(
      <main className="sign-in" role="alert">
        <h1>Touchline cannot start</h1>
        <p>{error instanceof Error ? error.message : String(error)}</p>
      </main>,
    ),
);
