import { expect, test } from "vitest";
import { inkOn } from "../src/stage/inkOn";

test.each([
  ["#ffffff", "#05080f"],
  ["#facc15", "#05080f"],
  ["#2563eb", "#ffffff"],
  ["#000000", "#ffffff"],
])("letters on %s are %s", (colour, ink) => {
  expect(inkOn(colour)).toBe(ink);
});
