// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "../src";
import { FakeNetwork } from "./fakes";

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
});
afterEach(() => connection.close());

test("it reconnects after a loss, after a jittered pause", async () => {
  network.newest.close();
  expect(connection.state).toBe("waiting");
  await vi.advanceTimersByTimeAsync(499);
  expect(network.sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2);
  expect(network.sockets).toHaveLength(2);
});

test("each consecutive loss makes the pause longer, up to half a minute", async () => {
  const pauses: number[] = [];
  for (let loss = 0; loss < 8; loss += 1) {
    network.newest.close();
    const began = Date.now();
    const known = network.sockets.length;
    while (network.sockets.length === known) await vi.advanceTimersByTimeAsync(50);
    pauses.push(Date.now() - began);
  }
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("it sends a ping before ten idle minutes", async () => {
  for (let minute = 0; minute < 60; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    const ping = network.newest.sent.at(-1);
    if (ping) network.newest.receives({ type: "pong", requestId: ping.requestId, sentAt: "" });
  }
  expect(network.sockets).toHaveLength(1);
  expect(network.newest.sent.filter(({ action }) => action === "ping").length).toBeGreaterThanOrEqual(6);
});

test("it reconnects before the gateway's two hours", async () => {
  for (let minute = 0; minute < 119; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    const ping = network.newest.sent.at(-1);
    if (ping && network.sockets.length === 1)
      network.newest.receives({ type: "pong", requestId: ping.requestId, sentAt: "" });
  }
  expect(network.sockets.length).toBeGreaterThan(1);
});

test("a request without an answer closes the connection", async () => {
  const answer = connection.request({ action: "ping" });
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await answer).toBeNull();
  expect(connection.state).not.toBe("open");
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
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(3);
  expect(network.sockets).toHaveLength(2);
  other.close();
});

test("it reconnects at once when the browser goes online", async () => {
  dispatchEvent(new Event("offline"));
  expect(connection.state).toBe("waiting");
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(network.sockets).toHaveLength(2);
});
