import { expect, test } from "vitest";
import { count } from "../src/words";

test.each([
  [0, "0 dead letters"],
  [1, "1 dead letter"],
  [2, "2 dead letters"],
])("a number of %i has the right noun", (number, words) => {
  expect(count(number, "dead letter")).toBe(words);
});
