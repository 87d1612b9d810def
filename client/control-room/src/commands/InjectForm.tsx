import type { Injection } from "@touchline/sdk";
import { type ReactNode, useState } from "react";
import type { Night } from "../night/night";
import { wordsOf } from "../words";
import type { Draft } from "./draft";

/** The types that are about one team. */
const OF_A_TEAM = [
  "GOAL",
  "OWN_GOAL",
  "GOAL_DISALLOWED",
  "PENALTY_AWARDED",
  "PENALTY_MISSED",
  "RED_CARD",
  "YELLOW_CARD",
  "SUBSTITUTION",
  "INJURY",
  "BIG_CHANCE",
  "SHOT_ON_TARGET",
  "WOODWORK",
  "CORNER",
  "FREE_KICK",
  "PRESSURE",
  "HAT_TRICK",
  "COMEBACK",
];
/** The types that are about both. */
const OF_THE_MATCH = [
  "VAR_CHECK",
  "STOPPAGE",
  "DRINKS_BREAK",
  "ADDED_TIME",
  "LAST_MINUTES",
  "KICK_OFF",
  "HALF_TIME",
  "FULL_TIME",
  "GOAL_RUSH",
];
/** The types that add a goal to the score of their team; an own goal's team is the one that gains by it. */
const SCORED = ["GOAL", "OWN_GOAL"];
type Side = "home" | "away";

/** The form that injects a moment for components only; the detectors do not know it. */
export function InjectForm({ night, onDraft }: { night: Night; onDraft: (draft: Draft) => void }): ReactNode {
  const [type, setType] = useState("GOAL");
  const [side, setSide] = useState<Side | null>(null);
  const [player, setPlayer] = useState("");
  const [score, setScore] = useState<Record<Side, number> | null>(null);
  const [problem, setProblem] = useState("");
  const asksForTeam = OF_A_TEAM.includes(type);
  const name = (which: Side): string => night.match?.[which] ?? which;
  const stated = score ?? scoreAfter(night, SCORED.includes(type) ? side : null);
  const inject = (): void => {
    if (asksForTeam && !side) {
      setProblem("Choose the team that it is for.");
      return;
    }
    const moment: Injection = {
      type,
      score: stated,
      ...(asksForTeam && side ? { side } : {}),
      ...(asksForTeam && player.trim() ? { player: player.trim() } : {}),
    };
    onDraft({
      title: `Inject ${wordsOf(type)}${asksForTeam && side ? ` for ${name(side)}` : ""}`,
      effect: `Viewers see it at once, with the score ${stated.home}-${stated.away} after it.`,
      command: { command: "inject", moment },
    });
    setScore(null);
    setSide(null);
    setPlayer("");
  };
  return (
    <>
      <label>
        Moment
        <select value={type} onChange={(event) => setType(event.target.value)}>
          {[OF_A_TEAM, OF_THE_MATCH].map((types, index) => (
            <optgroup key={index} label={index ? "Of the match" : "Of a team"}>
              {types.map((each) => (
                <option key={each} value={each}>
                  {wordsOf(each)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {asksForTeam && (
        <>
          <fieldset className="chips" aria-label="Team">
            {(["home", "away"] as const).map((which) => (
              <button
                key={which}
                type="button"
                aria-pressed={side === which}
                onClick={() => {
                  setSide(which);
                  setProblem("");
                }}
              >
                {name(which)}
              </button>
            ))}
          </fieldset>
          <label>
            Player
            <input value={player} maxLength={100} onChange={(event) => setPlayer(event.target.value)} />
          </label>
        </>
      )}
      <div className="fields">
        {(["home", "away"] as const).map((which) => (
          <label key={which}>
            {name(which)}, goals after it
            <input
              type="number"
              min={0}
              max={99}
              value={stated[which]}
              onChange={(event) => setScore({ ...stated, [which]: Number(event.target.value) })}
            />
          </label>
        ))}
      </div>
      <p role="alert" className="problem">
        {problem}
      </p>
      <button type="button" onClick={inject}>
        Inject
      </button>
    </>
  );
}

/** Return the score now, with one more goal for the side that scored. */
function scoreAfter(night: Night, scorer: Side | null): Record<Side, number> {
  const [home, away] = night.context?.score ?? [0, 0];
  return { home: home + (scorer === "home" ? 1 : 0), away: away + (scorer === "away" ? 1 : 0) };
}
