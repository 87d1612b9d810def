// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "../src";
import { FakeNetwork, version } from "./fakes";

let network: FakeNetwork;
let connection: Connection;
let chance: number;

beforeEach(async () => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  chance = 0.5;
  connection = new Connection({
    url: "wss://host",
    token: async () => "token",
    openSocket: network.open,
    random: () => chance,
  });
  connection.open();
  await vi.advanceTimersByTimeAsync(0);
  network.newest.opens();
  network.newest.receives({ type: "ack", action: "subscribe", reconnectWithinSeconds: 1 });
});
afterEach(() => connection.close());

test("it reconnects after a loss, after a random time within the window that the server told last", async () => {
  network.newest.close();
  expect(connection.state).toBe("waiting");
  await vi.advanceTimersByTimeAsync(499);
  expect(network.sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2);
  expect(network.sockets).toHaveLength(2);
  network.newest.opens();
  network.newest.receives({ ...version(1, 0, 600), reconnectWithinSeconds: 120 });
  for (const pause of [120_000, 240_000, 480_000, 480_000]) {
    const open = network.sockets.length;
    network.newest.close();
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(network.sockets).toHaveLength(open);
    await vi.advanceTimersByTimeAsync(2);
    expect(network.sockets).toHaveLength(open + 1);
  }
});

test.each([
  [undefined, 10_000],
  [1_000, 1_000],
])(
  "while the server has told no window, and the app sets %s, it waits up to %d ms",
  async (set, expected) => {
    const alone = new FakeNetwork();
    const other = new Connection({
      url: "wss://host",
      token: async () => "token",
      openSocket: alone.open,
      random: () => 1,
      ...(set ? { reconnectWithinMs: set } : {}),
    });
    other.open();
    await vi.advanceTimersByTimeAsync(0);
    alone.newest.close();
    await vi.advanceTimersByTimeAsync(expected - 1);
    expect(alone.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(alone.sockets).toHaveLength(2);
    other.close();
  },
);

test.each(["rejected", "given"])(
  "a token that is %s after the connection was closed opens nothing",
  async (outcome) => {
    let answer = (): void => {};
    const alone = new FakeNetwork();
    const other = new Connection({
      url: "wss://host",
      token: () =>
        new Promise((give, reject) => {
          answer = () => (outcome === "given" ? give("token") : reject(new Error("signed out")));
        }),
      openSocket: alone.open,
    });
    other.open();
    other.close();
    answer();
    await vi.advanceTimersByTimeAsync(600_000);
    expect([other.state, alone.sockets]).toEqual(["closed", []]);
  },
);

test("each consecutive loss makes the pause longer, up to a minute", async () => {
  const pauses: number[] = [];
  for (let loss = 0; loss < 8; loss += 1) {
    network.newest.close();
    const began = Date.now();
    const known = network.sockets.length;
    while (network.sockets.length === known) await vi.advanceTimersByTimeAsync(50);
    pauses.push(Date.now() - began);
  }
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("it sends a ping, and nothing else, after eight to nine idle minutes", async () => {
  for (chance of [0, 1]) {
    network.newest.receives({ type: "pong", sentAt: "" });
    await vi.advanceTimersByTimeAsync((8 + chance) * 60_000 - 1);
    expect(network.newest.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(network.newest.sent.splice(0)).toMatchObject([{ action: "ping" }]);
  }
});

test("no ping is sent while messages arrive or leave", async () => {
  for (let minute = 0; minute < 50; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    if (minute % 7 === 0) network.newest.receives(version(minute, 0, 1));
  }
  expect(network.newest.sent).toEqual([]);
  expect(network.sockets).toHaveLength(1);
});

test.each([
  [0, 60],
  [1, 118],
])(
  "it reconnects at a random time before the gateway's two hours: with chance %d after %d minutes",
  async (drawn, minutes) => {
    chance = drawn;
    network.newest.close();
    await vi.advanceTimersByTimeAsync(1_000);
    network.newest.opens();
    network.newest.receives({ ...version(1, 0, 600), reconnectWithinSeconds: 120 });
    const open = network.sockets.length;
    for (let minute = 0; minute < minutes - 1; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      network.newest.receives({ type: "pong", sentAt: "" });
    }
    expect(network.sockets).toHaveLength(open);
    await vi.advanceTimersByTimeAsync(62_000);
    expect(network.sockets).toHaveLength(open + 1);
  },
);

test("a socket that is silent after a request and a ping is given up", async () => {
  const answer = connection.request({ action: "unsubscribe", matchId: "m" });
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await answer).toBeNull();
  expect(connection.state).toBe("open");
  expect(network.newest.sent.at(-1)).toMatchObject({ action: "ping" });
  await vi.advanceTimersByTimeAsync(10_001);
  expect(connection.state).not.toBe("open");
  expect(connection.stats.unanswered).toBe(2);
});

test("an unanswered ping or request keeps a socket that still receives", async () => {
  for (let each = 1; each <= 5; each += 1) {
    const answers = [
      connection.request({ action: "ping" }),
      connection.request({ action: "unsubscribe", matchId: "m" }),
    ];
    network.newest.receives(version(each, 0, 1));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await Promise.all(answers)).toEqual([null, null]);
  }
  expect(network.sockets).toHaveLength(1);
  expect(connection.state).toBe("open");
});

test.each([
  ["Too Many Requests", "throttled"],
  ["Limit Exceeded", "throttled"],
  ["Internal server error", "failed"],
  ["Endpoint request timed out", "failed"],
  ["Something new", "failed"],
  ["Forbidden", "forbidden"],
] as const)(
  "a request that the gateway refuses with %s fails, and the socket stays",
  async (message, reason) => {
    const answer = connection.request({ action: "ping" });
    network.newest.refuses(message);
    expect(await answer).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.state).toBe("open");
    expect(network.sockets).toHaveLength(1);
    expect(connection.stats.refused[reason]).toBe(1);
  },
);

test("frames that are not JSON or of an unknown shape are ignored and counted", async () => {
  const seen: string[] = [];
  connection.answers.on((answer) => seen.push(answer.type));
  const [due] = version(1, 0, 1).placements;
  const unknown = [
    "",
    "hello",
    "{",
    "[]",
    "null",
    "7",
    "{}",
    '{"type":7}',
    '{"type":"dance"}',
    '{"type":"components"}',
    JSON.stringify({ ...version(1, 0, 1), media: { notBefore: "noon", validUntil: "later" } }),
    JSON.stringify({ ...version(1, 0, 1), placements: [{ ...due, remote: null }] }),
    JSON.stringify({ ...version(1, 0, 1), missed: [{}] }),
    '{"type":"night","entries":7}',
    '{"message":"half a refusal"}',
  ];
  for (const frame of unknown) network.newest.onmessage?.({ data: frame });
  network.newest.receives(version(2, 0, 1));
  expect(seen).toEqual(["components"]);
  expect(connection.stats.ignoredFrames).toBe(unknown.length);
  expect(connection.state).toBe("open");
});

test("a page that becomes visible after a silent minute checks its connection", async () => {
  const show = (): boolean => document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(30_000);
  show();
  expect(network.newest.sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(31_000);
  show();
  expect(network.newest.sent).toMatchObject([{ action: "ping" }]);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(network.sockets).toHaveLength(2);
});

test("a request in flight resolves with null when the connection is lost", async () => {
  const answer = connection.request({ action: "ping" });
  network.newest.close();
  expect(await answer).toBeNull();
});

test("it does not reconnect after close", async () => {
  connection.close();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(network.sockets).toHaveLength(1);
});

test("a failed token request is retried", async () => {
  connection.close();
  let asked = 0;
  const other = new Connection({
    url: "wss://host",
    token: async () => {
      asked += 1;
      if (asked < 3) throw new Error("no");
      return "t";
    },
    openSocket: network.open,
    random: () => 0.1,
  });
  other.open();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(asked).toBe(3);
  expect(network.sockets).toHaveLength(2);
  other.close();
});

test("it reconnects within a second when the browser goes online, however large the audience", async () => {
  network.newest.receives({ ...version(1, 0, 600), reconnectWithinSeconds: 120 });
  dispatchEvent(new Event("offline"));
  expect(connection.state).toBe("waiting");
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(network.sockets).toHaveLength(2);
});
