import { expect, test } from "vitest";
import { pauseBeforeJoining } from "../src/channels/delivery";
import { DELIVERY } from "./fakeStage";
import { mostInATenth } from "./fakes";

const KICK_OFF = "2021-06-11T19:00:00Z";
const large = { ...DELIVERY, joinWithinSeconds: 600 };
const at = (minutes: number): number => Date.parse(KICK_OFF) + minutes * 60_000;

test.each([
  [-61, 0],
  [-59, 600_000],
  [0, 600_000],
  [4, 600_000],
  [6, 0],
])("an app that starts %d minutes after kick-off joins within %d ms", (minutes, expected) => {
  expect(pauseBeforeJoining(large, KICK_OFF, at(minutes), () => 1)).toBe(expected);
});

test("without a kick-off every app waits", () => {
  expect(pauseBeforeJoining(large, undefined, at(0), () => 0.5)).toBe(300_000);
});

test("ten thousand apps that start together spread over the stage's time", () => {
  const pauses = Array.from({ length: 10_000 }, () =>
    pauseBeforeJoining(large, KICK_OFF, at(-1), Math.random),
  );
  expect(mostInATenth(pauses, 600_000)).toBeLessThan(1_200);
});
