import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { untilDone } from "../src";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a page that fails to start tries again with growing pauses, and then no more", async () => {
  const errors: unknown[] = [];
  let attempts = 0;
  const starting = async (): Promise<void> => {
    attempts += 1;
    if (attempts < 4) throw new Error("404");
  };
  void untilDone(
    starting,
    (error) => errors.push(error),
    () => 1,
  );
  await vi.advanceTimersByTimeAsync(6_999);
  expect(attempts).toBe(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toBe(4);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect([attempts, errors.length]).toEqual([4, 3]);
});

test("a page that never starts gives up after sixty attempts", async () => {
  let attempts = 0;
  const failing = async (): Promise<void> => {
    attempts += 1;
    throw new Error("404");
  };
  void untilDone(
    failing,
    () => undefined,
    () => 1,
  );
  await vi.advanceTimersByTimeAsync(2 * 3_600_000);
  expect(attempts).toBe(60);
});
