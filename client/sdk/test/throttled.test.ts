import { afterEach, expect, test, vi } from "vitest";
import type { TouchlineClient } from "../src";
import { clientOn, FakeNetwork, mostInATenth, version } from "./fakes";

const APPS = 200;
let clients: TouchlineClient[] = [];
afterEach(() => {
  for (const client of clients) client.stop();
});

test("two hundred apps that are each throttled once open two hundred sockets", async () => {
  vi.useFakeTimers();
  const networks = Array.from({ length: APPS }, () => new FakeNetwork());
  clients = networks.map((network) => {
    const client = clientOn(network);
    client.start();
    return client;
  });
  await vi.advanceTimersByTimeAsync(0);
  for (const { newest } of networks) {
    newest.opens();
    newest.refuses("Too Many Requests");
  }
  const began = Date.now();
  const repeated: number[] = [];
  for (let step = 0; step < 500; step += 1) {
    await vi.advanceTimersByTimeAsync(10);
    for (const { newest } of networks) {
      if (newest.sent.length !== 2) continue;
      repeated.push(Date.now() - began);
      const [, again] = newest.sent.splice(0);
      newest.receives({ ...version(1, 0, 600), snapshot: true, requestId: again?.requestId });
    }
  }
  await vi.advanceTimersByTimeAsync(60_000);
  expect(networks.flatMap(({ sockets }) => sockets)).toHaveLength(APPS);
  expect(clients.every(({ connection }) => connection.state === "open")).toBe(true);
  expect(clients.every(({ scheduler }) => scheduler.screen?.message.version === 1)).toBe(true);
  // The repeated requests are spread over four seconds: about five in a tenth of a second.
  expect(repeated).toHaveLength(APPS);
  expect(mostInATenth(repeated)).toBeLessThan(25);
});

test("an app whose match is not announced yet asks less and less often", async () => {
  vi.useFakeTimers();
  const network = new FakeNetwork();
  const client = clientOn(network, {
    random: () => 1,
    playhead: () => null,
  });
  clients = [client];
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  network.newest.opens();
  const waits: number[] = [];
  for (let time = 0; time < 6; time += 1) {
    const requestId = network.newest.sent.at(-1)?.requestId;
    network.newest.receives({ type: "error", code: "UNKNOWN_MATCH", message: "", requestId });
    const began = Date.now();
    const known = network.newest.sent.length;
    while (network.newest.sent.length === known) await vi.advanceTimersByTimeAsync(1_000);
    waits.push((Date.now() - began) / 1_000);
  }
  expect(waits).toEqual([4, 8, 16, 32, 60, 60]);
});
