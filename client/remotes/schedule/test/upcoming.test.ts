import { expect, test } from "vitest";
import { upcoming } from "../src/upcoming";

const match = (home: string, kickOff: string) => ({ home, away: "Wales", kickOff });
const FIXTURES = [
  match("Italy", "2021-06-20T16:00:00Z"),
  match("Turkey", "2021-06-16T16:00:00Z"),
  match("Denmark", "2021-06-10T16:00:00Z"),
];

test("the schedule has the matches that are still to come, the next one first", () => {
  const now = Date.parse("2021-06-11T20:00:00Z");
  expect(upcoming(FIXTURES, now, 5).map(({ home }) => home)).toEqual(["Turkey", "Italy"]);
  expect(upcoming(FIXTURES, now, 1).map(({ home }) => home)).toEqual(["Turkey"]);
});
