import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DEADLINE_MS, loadBest, type Outcome } from "../src/remotes/loadBest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Load candidates that take the given milliseconds (negative: fail after them); return the outcome and its time. */
async function race(
  after: Record<string, number>,
): Promise<{ chosen: string | undefined; tookMs: number; started: string[]; passedOver: string[] }> {
  const began = Date.now();
  const started: string[] = [];
  let done: [Outcome<string, string>, number] | null = null;
  const load = (name: string): Promise<string> => {
    started.push(name);
    const milliseconds = after[name] as number;
    return new Promise((resolve, reject) =>
      setTimeout(
        () => (milliseconds < 0 ? reject(new Error("broken")) : resolve(name)),
        Math.abs(milliseconds),
      ),
    );
  };
  void loadBest(Object.keys(after), load).then((outcome) => {
    done = [outcome, Date.now() - began];
  });
  await vi.advanceTimersByTimeAsync(20_000);
  const [outcome, tookMs] = done as unknown as [Outcome<string, string>, number];
  return { chosen: outcome.chosen?.candidate, tookMs, started, passedOver: [...outcome.passedOver.keys()] };
}

const NEVER = 1e9;

test("the best candidate is chosen if it loads in time, and no other is fetched", async () => {
  expect(await race({ a: 300, b: 10 })).toEqual({ chosen: "a", tookMs: 300, started: ["a"], passedOver: [] });
});

test("a slow best candidate is waited for until the deadline", async () => {
  expect(await race({ a: 1_400, b: 10 })).toMatchObject({ chosen: "a", tookMs: 1_400 });
  expect(await race({ a: 1_600, b: 10 })).toMatchObject({
    chosen: "b",
    tookMs: DEADLINE_MS,
    passedOver: ["a"],
  });
});

test("several slow candidates cost one wait", async () => {
  const { chosen, tookMs, passedOver } = await race({ a: NEVER, b: NEVER, c: NEVER, d: 50 });
  expect({ chosen, tookMs, passedOver }).toEqual({
    chosen: "d",
    tookMs: DEADLINE_MS,
    passedOver: ["a", "b", "c"],
  });
});

test("a broken best candidate is replaced at once", async () => {
  expect(await race({ a: -20, b: 30 })).toMatchObject({ chosen: "b", tookMs: 50, passedOver: ["a"] });
});

test("broken and slow candidates together cost one wait", async () => {
  expect(await race({ a: -20, b: NEVER, c: -30, d: 40 })).toMatchObject({ chosen: "d", tookMs: DEADLINE_MS });
});

test("if all candidates are slow the first to load is chosen, and if all are broken none is", async () => {
  expect(await race({ a: NEVER, b: 3_000 })).toMatchObject({ chosen: "b", tookMs: 3_400 });
  expect(await race({ a: -20, b: -10 })).toMatchObject({
    chosen: undefined,
    tookMs: 30,
    passedOver: ["a", "b"],
  });
});
