import type { Injection } from "@touchline/sdk";
import { type ReactNode, useState } from "react";
import type { Night } from "../night/night";
import { wordsOf } from "../words";
import type { Draft } from "./draft";

const TYPES = [
  "GOAL",
  "OWN_GOAL",
  "GOAL_DISALLOWED",
  "PENALTY_AWARDED",
  "PENALTY_MISSED",
  "RED_CARD",
  "YELLOW_CARD",
  "SUBSTITUTION",
  "INJURY",
  "VAR_CHECK",
  "STOPPAGE",
  "DRINKS_BREAK",
  "ADDED_TIME",
  "LAST_MINUTES",
  "BIG_CHANCE",
  "SHOT_ON_TARGET",
  "WOODWORK",
  "CORNER",
  "FREE_KICK",
  "PRESSURE",
  "KICK_OFF",
  "HALF_TIME",
  "FULL_TIME",
  "GOAL_RUSH",
  "HAT_TRICK",
  "COMEBACK",
];

/** The form that injects a moment for components only; the detectors do not know it. */
export function InjectForm({ night, onDraft }: { night: Night; onDraft: (draft: Draft) => void }): ReactNode {
  const [type, setType] = useState("GOAL");
  const [side, setSide] = useState<"" | "home" | "away">("");
  const [player, setPlayer] = useState("");
  const [home, away] = night.context?.score ?? [0, 0];
  const [score, setScore] = useState<{ home: number; away: number } | null>(null);
  const stated = score ?? { home, away };
  const moment: Injection = {
    type,
    score: stated,
    ...(side ? { side } : {}),
    ...(player.trim() ? { player: player.trim() } : {}),
  };
  const goals = (which: "home" | "away", name: string): ReactNode => (
    <label>
      {name}
      <input
        type="number"
        min={0}
        max={99}
        value={stated[which]}
        onChange={(event) => setScore({ ...stated, [which]: Number(event.target.value) })}
      />
    </label>
  );
  return (
    <>
      <div className="fields">
        <label>
          Moment
          <select value={type} onChange={(event) => setType(event.target.value)}>
            {TYPES.map((each) => (
              <option key={each} value={each}>
                {wordsOf(each)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Team
          <select value={side} onChange={(event) => setSide(event.target.value as typeof side)}>
            <option value="">neither</option>
            <option value="home">{night.match?.home ?? "home"}</option>
            <option value="away">{night.match?.away ?? "away"}</option>
          </select>
        </label>
        <label>
          Player
          <input value={player} maxLength={100} onChange={(event) => setPlayer(event.target.value)} />
        </label>
        {goals("home", "Home goals")}
        {goals("away", "Away goals")}
      </div>
      <button
        type="button"
        onClick={() => {
          onDraft({
            title: `Inject ${wordsOf(type)}`,
            effect: `Viewers see it at once, with the score ${stated.home}-${stated.away} after it.`,
            command: { command: "inject", moment },
          });
          setScore(null);
        }}
      >
        Inject
      </button>
    </>
  );
}
