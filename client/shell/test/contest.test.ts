import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { contest, type Outcome, PATIENCE_MS } from "../src/remotes/contest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs candidates that load after so many milliseconds; negative ones fail after them. Tells who won, and when. */
async function race(
  after: Record<string, number>,
): Promise<{ winner: string | undefined; tookMs: number; begun: string[]; passedOver: string[] }> {
  const began = Date.now();
  const begun: string[] = [];
  let done: [Outcome<string, string>, number] | null = null;
  const load = (name: string): Promise<string> => {
    begun.push(name);
    const milliseconds = after[name] as number;
    return new Promise((resolve, reject) =>
      setTimeout(
        () => (milliseconds < 0 ? reject(new Error("broken")) : resolve(name)),
        Math.abs(milliseconds),
      ),
    );
  };
  void contest(Object.keys(after), load).then((outcome) => {
    done = [outcome, Date.now() - began];
  });
  await vi.advanceTimersByTimeAsync(20_000);
  const [outcome, tookMs] = done as unknown as [Outcome<string, string>, number];
  return { winner: outcome.winner?.candidate, tookMs, begun, passedOver: [...outcome.passedOver.keys()] };
}

const NEVER = 1e9;

test("the best wins when it loads, and nobody else is fetched", async () => {
  expect(await race({ a: 300, b: 10 })).toEqual({ winner: "a", tookMs: 300, begun: ["a"], passedOver: [] });
});

test("a slow best is worth waiting for, up to a point", async () => {
  expect(await race({ a: 1_400, b: 10 })).toMatchObject({ winner: "a", tookMs: 1_400 });
  expect(await race({ a: 1_600, b: 10 })).toMatchObject({
    winner: "b",
    tookMs: PATIENCE_MS,
    passedOver: ["a"],
  });
});

test("slow ones in a row cost the wait of one", async () => {
  const { winner, tookMs, passedOver } = await race({ a: NEVER, b: NEVER, c: NEVER, d: 50 });
  expect({ winner, tookMs, passedOver }).toEqual({
    winner: "d",
    tookMs: PATIENCE_MS,
    passedOver: ["a", "b", "c"],
  });
});

test("a broken best gives way at once", async () => {
  expect(await race({ a: -20, b: 30 })).toMatchObject({ winner: "b", tookMs: 50, passedOver: ["a"] });
});

test("broken ones and slow ones in a row cost the wait of one", async () => {
  expect(await race({ a: -20, b: NEVER, c: -30, d: 40 })).toMatchObject({ winner: "d", tookMs: PATIENCE_MS });
});

test("where everything is slow the first that loads wins, and where everything is broken nobody does", async () => {
  expect(await race({ a: NEVER, b: 3_000 })).toMatchObject({ winner: "b", tookMs: 3_400 });
  expect(await race({ a: -20, b: -10 })).toMatchObject({
    winner: undefined,
    tookMs: 30,
    passedOver: ["a", "b"],
  });
});
