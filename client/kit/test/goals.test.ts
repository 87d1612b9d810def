import { expect, test } from "vitest";
import { version } from "../../sdk/test/fakes";
import { goalsOf } from "../src/goals";

function message(number: number, type: string, score: [number, number]) {
  const moment = {
    id: `m${number}`,
    type,
    period: 1,
    clockSeconds: number,
    team: "Italy",
    player: null,
    score,
  };
  return { ...version(number, number, number + 60), moment, score };
}

test("several moments of one goal are one goal, at the first of them", () => {
  const past = [
    message(1, "KICK_OFF", [0, 0]),
    message(2, "GOAL", [1, 0]),
    message(3, "CORNER", [1, 0]),
    message(4, "OWN_GOAL", [1, 1]),
    message(5, "EQUALISER", [1, 1]),
  ];
  expect(goalsOf(past).map(({ moment, programmeMs }) => [moment.id, programmeMs])).toEqual([
    ["m2", 2_000],
    ["m4", 4_000],
  ]);
});

test("a goal that was disallowed and one after it are two goals", () => {
  const past = [
    message(1, "GOAL", [1, 0]),
    message(2, "GOAL_DISALLOWED", [0, 0]),
    message(3, "GOAL", [1, 0]),
  ];
  expect(goalsOf(past)).toHaveLength(2);
});
