import type { NightMoment } from "@touchline/sdk";
import { describe, expect, test } from "vitest";
import { minuteAt, periodsOf, ticksOf } from "../src/night/matchTime";
import { EMPTY_NIGHT, type Night } from "../src/night/night";

const KICK_OFF = Date.parse("2021-06-11T19:00:00.000Z");
const MINUTE_MS = 60_000;
const SECOND_HALF = KICK_OFF + 64 * MINUTE_MS;

function moment(type: string, period: number, minute: number, source = "analytics"): NightMoment {
  const from = period === 1 ? KICK_OFF : SECOND_HALF;
  const at =
    source === "operator" ? "2026-11-29T00:00:00.000Z" : new Date(from + minute * MINUTE_MS).toISOString();
  return {
    kind: "moment",
    id: `${type}:${period}:${minute}`,
    type,
    period,
    clockSeconds: minute * 60,
    team: null,
    player: null,
    score: [0, 0],
    occurredAt: at,
    source,
    retracted: false,
    detectedAfterMs: null,
  };
}

function night(...moments: NightMoment[]): Night {
  return { ...EMPTY_NIGHT, moments: Object.fromEntries(moments.map((each) => [each.id, each])) };
}

const PLAYED = night(
  moment("KICK_OFF", 1, 0),
  moment("HALF_TIME", 1, 48),
  moment("KICK_OFF", 2, 0),
  moment("GOAL", 2, 8),
);

test("the first half ends with half-time, and the second one is shown to its end", () => {
  expect(periodsOf(PLAYED).spans).toEqual([
    { period: 1, from: KICK_OFF, to: KICK_OFF + 48 * MINUTE_MS },
    { period: 2, from: SECOND_HALF, to: SECOND_HALF + 47 * MINUTE_MS },
  ]);
});

test("the ticks are minutes of the match", () => {
  expect(ticksOf(periodsOf(PLAYED)).map(({ label }) => label)).toEqual([
    ...["0′", "15′", "30′", "45′"],
    ...["45′", "60′", "75′", "90′"],
  ]);
});

test("an injected moment is at its clock, not at the operator's", () => {
  const injected = moment("INJURY", 2, 9, "operator");
  const periods = periodsOf(night(...Object.values(PLAYED.moments), injected));
  expect(periods.instantOf(injected)).toBe(SECOND_HALF + 9 * MINUTE_MS);
});

describe("a correction, whose time is that of the kick-off and whose clock is that of the newest moment", () => {
  const corrected = {
    ...moment("SCORE_CORRECTED", 1, 30),
    occurredAt: new Date(KICK_OFF + MINUTE_MS).toISOString(),
  };

  test("does not move the period", () => {
    const periods = periodsOf(night(moment("KICK_OFF", 1, 0), moment("GOAL", 1, 12), corrected));
    expect(periods.spans.map(({ from }) => from)).toEqual([KICK_OFF]);
    expect(periods.instantOf(corrected)).toBe(KICK_OFF + 30 * MINUTE_MS);
  });

  test("does not move a period whose kick-off is not known", () => {
    const periods = periodsOf(night(moment("GOAL", 1, 12), moment("CORNER", 1, 14), corrected));
    expect(periods.spans.map(({ from }) => from)).toEqual([KICK_OFF]);
  });
});

test("an instant has a minute of the match, and none in the interval", () => {
  const periods = periodsOf(PLAYED);
  expect(minuteAt(periods, SECOND_HALF + 8.5 * MINUTE_MS)).toBe("54′");
  expect(minuteAt(periods, KICK_OFF + 55 * MINUTE_MS)).toBeNull();
});

test("a match that is not known has no periods", () => {
  expect(periodsOf(EMPTY_NIGHT).spans).toEqual([]);
});
