// @vitest-environment jsdom
import type { Components } from "@touchline/sdk";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { version } from "../../sdk/test/fakes";
import type { Match } from "../src/config";
import { SoFar } from "../src/SoFar";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const MATCH = { competition: "Euro 2020", venue: "Rome" } as unknown as Match;

/** The message of a moment in a minute; goals are of the away team. */
function message(minute: number, type: string, goals: number): Components {
  const moment = {
    id: `${type}-${minute}`,
    type,
    period: 1,
    clockSeconds: (minute - 1) * 60,
    team: "Italy",
    player: null,
    score: [0, goals] as [number, number],
  };
  return { ...version(minute, minute * 60, minute * 60 + 60), moment, score: [0, goals] };
}

/** Return the minutes of the moments that are listed. */
async function listed(...past: Components[]): Promise<(string | null)[]> {
  const element = document.createElement("div");
  const root = createRoot(element);
  await act(async () => root.render(<SoFar match={MATCH} past={past} />));
  const minutes = [...element.querySelectorAll("time")].map(({ textContent }) => textContent);
  await act(async () => root.unmount());
  return minutes;
}

test("goals and red cards stay, and the newest of the other moments fill the list up", async () => {
  const chances = [20, 21, 22, 23, 24, 25, 26, 27, 28].map((minute) => message(minute, "BIG_CHANCE", 1));
  const past = [message(1, "KICK_OFF", 0), message(5, "GOAL", 1), message(9, "RED_CARD", 1), ...chances];
  expect(await listed(...past)).toEqual(["28′", "27′", "26′", "25′", "24′", "9′", "5′"]);
});

test("every goal of a match with many is listed", async () => {
  const goals = [1, 2, 3, 4, 5, 6, 7, 8].map((goal) => message(goal, "GOAL", goal));
  const past = [...goals, message(9, "YELLOW_CARD", 8)];
  expect(await listed(...past)).toEqual(["8′", "7′", "6′", "5′", "4′", "3′", "2′", "1′"]);
});
