import { afterEach, expect, test } from "vitest";
import { positionOf } from "../src/position";

function speak(lang: string): void {
  Object.assign(globalThis, { document: { documentElement: { lang } } });
}

afterEach(() => Reflect.deleteProperty(globalThis, "document"));

test.each([
  ["Goalkeeper", "Portiere"],
  ["Left Wing Back", "Difensore"],
  ["Center Attacking Midfield", "Centrocampista"],
  ["Left Wing", "Attaccante"],
  ["Right Wing", "Attaccante"],
  ["Secondary Striker", "Attaccante"],
  ["Right Center Forward", "Attaccante"],
])("the position %s has an Italian word", (position, italian) => {
  speak("en");
  expect(positionOf(position)).toBe(position);
  speak("it");
  expect(positionOf(position)).toBe(italian);
});
