import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StreamRecovery } from "../src/player/StreamRecovery";

let loads: number;
let recovery: StreamRecovery;

beforeEach(() => {
  vi.useFakeTimers();
  loads = 0;
  recovery = new StreamRecovery(
    () => {
      loads += 1;
      recovery.failed();
    },
    () => 1,
  );
});
afterEach(() => recovery.stop());

test("a manifest that is missing is loaded again with growing pauses", async () => {
  recovery.failed();
  for (const [seconds, expected] of [
    [1, 1],
    [2, 2],
    [4, 3],
    [8, 4],
  ] as const) {
    await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
    expect(loads).toBe(expected - 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(loads).toBe(expected);
  }
});

test("it gives up after 120 attempts without success", async () => {
  recovery.failed();
  await vi.advanceTimersByTimeAsync(10 * 3_600_000);
  expect(loads).toBe(120);
});

test("after a success the first pause is short again, and several failures at once load once", async () => {
  recovery.failed();
  await vi.advanceTimersByTimeAsync(7_000);
  const before = loads;
  recovery.succeeded();
  recovery.failed();
  recovery.succeeded();
  recovery.failed();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(loads).toBe(before + 1);
});

test("it stops with the player", async () => {
  recovery.failed();
  recovery.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(loads).toBe(0);
});
