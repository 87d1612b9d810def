import { expect, test } from "vitest";
import { pauseBefore } from "../src";

/** The new connections a second that API Gateway accepts. */
const ACCEPTED = 500;

/** Let apps that lost their connections together reconnect; return the seconds until all are back, and the attempts. */
function reconnect(apps: number, windowSeconds: number): { seconds: number; attempts: number } {
  const due: number[][] = [];
  let attempts = 0;
  const wait = (from: number, failures: number): void => {
    const second = from + Math.floor(pauseBefore(failures, Math.random, windowSeconds * 1_000) / 1_000);
    due[second] ??= [];
    due[second].push(failures);
    attempts += 1;
  };
  for (let app = 0; app < apps; app += 1) wait(0, 0);
  for (let second = 0; second < due.length; second += 1) {
    for (const failures of (due[second] ?? []).slice(ACCEPTED)) wait(second + 1, failures + 1);
  }
  return { seconds: due.length, attempts };
}

test("an audience that fits in its window is back within it, at the first attempt", () => {
  const { seconds, attempts } = reconnect(20_000, 50);
  expect(seconds).toBeLessThanOrEqual(55);
  expect(attempts).toBeLessThan(1.1 * 20_000);
});

test("an audience that is too large for the longest window spreads further, with few attempts each", () => {
  const { seconds, attempts } = reconnect(300_000, 120);
  expect(seconds).toBeLessThan(3 * (300_000 / ACCEPTED));
  expect(attempts).toBeLessThan(3 * 300_000);
});
