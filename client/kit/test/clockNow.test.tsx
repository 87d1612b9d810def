// @vitest-environment jsdom
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { version } from "../../sdk/test/fakes";
import { clockAt, useClock } from "../src/clockNow";
import { matchClock } from "../src/matchClock";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const SHOWN_FROM = 600;

/** A message with a moment in minute 1 of a period, whose screens open at second 600 of the programme. */
function message(phase: string, period = 1, clockSeconds = 60) {
  const base = version(1, SHOWN_FROM, SHOWN_FROM + 60);
  const moment = {
    id: "m",
    type: "YELLOW_CARD",
    period,
    clockSeconds,
    team: null,
    player: null,
    score: [0, 0] as [number, number],
  };
  return { ...base, moment, columns: { ...base.columns, MATCH_PHASE: phase } };
}

const opens = Date.parse(message("first_half").media.notBefore);
const after = (minutes: number): number => opens + minutes * 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  ["first_half", 1, 60, 39, "41′"],
  ["first_half", 1, 44 * 60, 3, "45+3′"],
  ["second_half", 2, 60, 39, "86′"],
  ["half_time", 1, 46 * 60, 10, "45+2′"],
  ["finished", 2, 49 * 60, 30, "90+5′"],
  ["first_half", 1, 60, -5, "2′"],
  ["first_half", 1, 60, 600, "45+21′"],
])(
  "in %s, period %i, second %i, the clock %i minutes later is right",
  (phase, period, second, minutes, shown) => {
    expect(
      matchClock(clockAt(message(phase, period, second), after(minutes)) ?? { period: 0, clockSeconds: 0 }),
    ).toBe(shown);
  },
);

test("before the first moment there is no time of play", () => {
  expect(clockAt({ ...message("before"), moment: null }, after(5))).toBeNull();
});

test("without a picture the time of play is that of the moment", () => {
  expect(clockAt(message("first_half"), null)).toEqual({ period: 1, clockSeconds: 60 });
});

test("a component follows the clock although no message comes", async () => {
  let picture = after(0);
  const programmeMs = (): number => picture;
  const sent = message("first_half");
  function Shown(): ReactNode {
    const clock = useClock(sent, programmeMs);
    return clock && matchClock(clock);
  }
  const element = document.createElement("div");
  await act(async () => createRoot(element).render(<Shown />));
  expect(element.textContent).toBe("2′");
  picture = after(38);
  await act(async () => vi.advanceTimersByTime(1_000));
  expect(element.textContent).toBe("40′");
});
