import { expect, test } from "vitest";
import { exactClock, matchClock } from "../src/matchClock";

test.each([
  [1, 0, "1′", "0:00"],
  [2, 490, "54′", "53:10"],
  [1, 45 * 60 + 70, "45+2′", "45+1:10"],
  [2, 70, "47′", "46:10"],
  [4, 15 * 60, "120+1′", "120+0:00"],
  [5, 30, "121′", "120:30"],
])("period %i, second %i is %s, exactly %s", (period, clockSeconds, shown, exactly) => {
  expect(matchClock({ period, clockSeconds })).toBe(shown);
  expect(exactClock({ period, clockSeconds })).toBe(exactly);
});
