import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Error as ProtocolError } from "../src";
import { PassKeeper } from "../src/channels/passKeeper";
import type { Pass } from "../src/channels/viewersProtocol";
import { passTimes } from "./fakeStage";

const MINUTE_MS = 60_000;
const LIFE_MS = 120 * MINUTE_MS;

let answer: Partial<Pass> | ProtocolError | null;
let chance: number;
let token: string;
let asked: number;
let happened: string[];
let keeper: PassKeeper;

beforeEach(() => {
  vi.useFakeTimers();
  answer = {};
  chance = 0.5;
  token = "t";
  asked = 0;
  happened = [];
  keeper = new PassKeeper({
    ask: async () => {
      asked += 1;
      return answer && !("type" in answer) ? issued(answer) : (answer as ProtocolError | null);
    },
    token: () => token,
    windowMs: () => 20_000,
    random: () => chance,
    renewed: (pass) => happened.push(pass.token),
    expired: () => happened.push("expired"),
  });
});
afterEach(() => keeper.discard());

function issued(fields: Partial<Pass>): Pass {
  return {
    matchId: "m",
    token: `pass-${asked}`,
    channels: ["/touchline/a", "/touchline/o"],
    documents: ["https://edge/a", "https://edge/o"],
    ownAddress: "o",
    rulesEdition: "11111111",
    ...passTimes(),
    impressionShare: 1,
    joinWithinSeconds: 20,
    refreshSeconds: [60, 120],
    ...fields,
  };
}

test("a valid pass is used again, and asked for once by whoever asks meanwhile", async () => {
  const passes = await Promise.all([keeper.get(), keeper.get()]);
  expect(passes).toEqual([await keeper.get(), await keeper.get()]);
  expect(asked).toBe(1);
});

test.each([
  [0, 60],
  [1, 108],
])("it is renewed at a random time in its life: with chance %d after %d minutes", async (drawn, minutes) => {
  chance = drawn;
  await keeper.get();
  await vi.advanceTimersByTimeAsync(minutes * MINUTE_MS - 1);
  expect(happened).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened).toEqual(["pass-2"]);
});

test("a renewal that fails is repeated, and without any the pass is over", async () => {
  await keeper.get();
  answer = null;
  await vi.advanceTimersByTimeAsync(LIFE_MS - 1);
  expect(asked).toBeGreaterThan(5);
  expect(keeper.current).not.toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect([keeper.current, happened]).toEqual([null, ["expired"]]);
});

test("a renewal that fails once succeeds at the next attempt", async () => {
  await keeper.get();
  answer = { type: "error", code: "INTERNAL", message: "" };
  await vi.advanceTimersByTimeAsync(LIFE_MS * 0.7);
  answer = {};
  await vi.advanceTimersByTimeAsync(20_000);
  expect(happened).toEqual(["pass-3"]);
});

test.each([
  ["hours behind the server's", 180 * MINUTE_MS],
  ["as far ahead as a pass lives", -LIFE_MS],
  ["nearly so far ahead", MINUTE_MS - LIFE_MS],
  ["hours ahead", -180 * MINUTE_MS],
])("an app whose clock is %s keeps its pass as long as any other", async (_, serverAheadMs) => {
  answer = passTimes(serverAheadMs);
  await keeper.get();
  await vi.advanceTimersByTimeAsync(LIFE_MS * 0.7 - 1);
  expect([asked, keeper.current === null]).toEqual([1, false]);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened).toEqual(["pass-2"]);
});

test("other rules renew it within the window; one that does not follow them is renewed less and less often", async () => {
  await keeper.get();
  keeper.rulesAre("11111111");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  const waits: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const began = Date.now();
    const known = asked;
    for (let message = 0; message < 3; message += 1) keeper.rulesAre("22222222");
    while (asked === known) await vi.advanceTimersByTimeAsync(1_000);
    waits.push((Date.now() - began) / 1_000);
  }
  expect(waits).toEqual([10, 20, 40]);
  answer = { rulesEdition: "22222222" };
  keeper.rulesAre("22222222");
  await vi.advanceTimersByTimeAsync(120_000);
  keeper.rulesAre("22222222");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toBe(5);
});

test("another token of the viewer renews a pass that is not young", async () => {
  await keeper.get();
  for (const used of ["t", "another", "yet another"]) {
    keeper.tokenIs(used);
    await vi.advanceTimersByTimeAsync(100_000);
  }
  expect(asked).toBe(1);
  token = "new";
  keeper.tokenIs(token);
  keeper.tokenIs(token);
  await vi.advanceTimersByTimeAsync(10_000);
  keeper.tokenIs(token);
  await vi.advanceTimersByTimeAsync(MINUTE_MS * 10);
  keeper.tokenIs(token);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(2);
});

test("a pass that comes after it is no longer wanted is dropped", async () => {
  const late = keeper.get();
  keeper.discard();
  expect([await late, keeper.current]).toEqual([null, null]);
});
