import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Retries } from "../src/remotes/Retries";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what failed may be retried after ever longer pauses, until it has failed eight times", () => {
  const retries = new Retries();
  expect([retries.count("a"), retries.wait("a")]).toEqual([0, 0]);
  for (const seconds of [10, 20, 40, 80, 160, 320, 640]) {
    retries.failed("a");
    vi.advanceTimersByTime(seconds * 1_000 - 1);
    expect(retries.wait("a")).toBe(1);
    vi.advanceTimersByTime(1);
    expect(retries.wait("a")).toBe(0);
  }
  retries.failed("a");
  expect([retries.count("a"), retries.wait("a")]).toEqual([8, Infinity]);
  expect(retries.wait("b")).toBe(0);
});
