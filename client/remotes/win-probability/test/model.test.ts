import { expect, test } from "vitest";
import { version } from "../../../sdk/test/fakes";
import { outlook } from "../src/model";

function at(minute: number, score: [number, number], type = "GOAL") {
  const period = minute > 45 ? 2 : 1;
  return {
    ...version(1, 0, 1),
    score,
    moment: {
      id: "m",
      type,
      period,
      clockSeconds: (minute - (period - 1) * 45) * 60,
      team: null,
      player: null,
      score,
    },
  };
}

test("the probabilities add up to one", () => {
  const { home, draw, away } = outlook(at(30, [1, 0]), 90);
  expect(home + draw + away).toBeCloseTo(1, 5);
});

test("a lead is worth more the later it is", () => {
  expect(outlook(at(85, [1, 0]), 90).home).toBeGreaterThan(outlook(at(20, [1, 0]), 90).home);
});

test("at full time the score decides", () => {
  const end = at(90, [0, 3], "FULL_TIME");
  const finished = { ...end, columns: { ...end.columns, MATCH_PHASE: "finished" } };
  expect(outlook(finished, 90)).toMatchObject({ home: 0, draw: 0, away: 1 });
});

test("a team that is a player short has a lower chance", () => {
  const even = at(50, [0, 0]);
  const short = { ...even, columns: { ...even.columns, TEAM_COMPOSITION: "home_short" } };
  expect(outlook(short, 90).home).toBeLessThan(outlook(even, 90).home);
});
