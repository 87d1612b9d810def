// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { version } from "../../sdk/test/fakes";
import { Now } from "../src/Now";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

/** A message with a moment in minute 20, on screens from second 600 to second 660 of the programme. */
function message(type: string, phase = "first_half") {
  const base = version(1, 600, 660);
  const moment = {
    id: "m",
    type,
    period: 1,
    clockSeconds: 19 * 60,
    team: "Italy",
    player: null,
    score: [0, 0] as [number, number],
  };
  return { ...base, moment, columns: { ...base.columns, MATCH_PHASE: phase } };
}

const late = message("LULL", "last_five_minutes");
const stoppage = { ...late, moment: { ...late.moment, period: 2, clockSeconds: 47 * 60 + 50 } };

async function shown(sent: ReturnType<typeof message>, programmeSeconds: number): Promise<string | null> {
  const element = document.createElement("div");
  const programmeMs = (): number => programmeSeconds * 1_000;
  await act(async () => createRoot(element).render(<Now message={sent} programmeMs={programmeMs} />));
  return element.textContent;
}

test.each([
  ["the moment while it lasts", message("CORNER"), 610, "19:10 First half Corner for Italy"],
  ["the clock alone once the moment is over", message("CORNER"), 730, "21:10 First half "],
  ["the clock alone in a lull", message("LULL"), 610, "19:10 First half "],
  ["stoppage time", stoppage, 613, "90+3:03 Second half "],
  ["half-time once", message("HALF_TIME", "half_time"), 610, " Half-time "],
])("the score bar shows %s", async (_what, sent, seconds, expected) => {
  expect(await shown(sent, seconds)).toBe(expected);
});

test("before the first moment the score bar says that the match has not begun", async () => {
  const element = document.createElement("div");
  const early = { ...version(1, 600, 660), columns: { ...version(1, 0, 1).columns, MATCH_PHASE: "before" } };
  await act(async () => createRoot(element).render(<Now message={early} programmeMs={() => null} />));
  expect(element.textContent).toBe(" Before kick-off ");
});
