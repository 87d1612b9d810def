import { beforeEach, expect, test, vi } from "vitest";
import { Emitter } from "../src";
import { noStats } from "../src/connection";
import { OVER_HTTPS } from "../src/interactions";
import { LazyTransport } from "../src/lazyTransport";
import type { Transport } from "../src/transport";

let calls: string[];
let failures: number;
let lazy: LazyTransport;
const loaded: Transport = {
  states: new Emitter(),
  answers: new Emitter(),
  stats: { ...noStats(), sockets: 7 },
  batching: OVER_HTTPS,
  state: "closed",
  open: () => calls.push("open"),
  close: () => calls.push("close"),
  interact: async () => ({ type: "ack", action: "interact" }),
  saw: () => false,
  renew: () => calls.push("renew"),
  forget: () => calls.push("forget"),
};
const impression = {
  type: "impression",
  componentId: "c",
  slot: "ticker",
  version: 1,
  signature: "s",
  occurredAt: "",
} as const;

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  failures = 0;
  const load = async (): Promise<Transport> => {
    calls.push("load");
    if (failures > 0) {
      failures -= 1;
      throw new TypeError("Failed to fetch dynamically imported module");
    }
    return loaded;
  };
  lazy = new LazyTransport({ load, matchId: "m", batching: OVER_HTTPS, random: () => 1 });
});

test("it is loaded when it is opened, and then is the transport", async () => {
  const seen: unknown[] = [];
  lazy.states.on((state) => seen.push(state));
  lazy.answers.on((answer) => seen.push(answer.type));
  expect([await lazy.interact([]), lazy.saw(impression), calls]).toEqual([null, true, []]);
  lazy.open();
  await vi.advanceTimersByTimeAsync(0);
  loaded.states.emit("open");
  loaded.answers.emit({ type: "pong", sentAt: "" });
  lazy.renew();
  lazy.forget();
  lazy.close();
  expect(calls).toEqual(["load", "open", "renew", "forget", "close"]);
  expect(seen).toEqual(["connecting", "open", "pong", "closed"]);
  expect([(await lazy.interact([]))?.type, lazy.saw(impression), lazy.stats.sockets]).toEqual([
    "ack",
    false,
    7,
  ]);
});

test("code that does not load is loaded again, with backoff", async () => {
  failures = 2;
  lazy.open();
  await vi.advanceTimersByTimeAsync(2_999);
  expect([calls, lazy.state]).toEqual([["load", "load"], "waiting"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toEqual(["load", "load", "load", "open"]);
});

test("a transport that is closed while its code loads stays closed", async () => {
  lazy.open();
  lazy.close();
  await vi.advanceTimersByTimeAsync(0);
  expect([calls, lazy.state]).toEqual([["load"], "closed"]);
  lazy.open();
  expect(calls).toEqual(["load", "open"]);
});
