import { afterEach, expect, test, vi } from "vitest";
import { TouchlineClient } from "../src";
import { FakeNetwork, version } from "./fakes";

const APPS = 500;
let clients: TouchlineClient[] = [];
afterEach(() => clients.forEach((each) => each.stop()));

test("five hundred apps that lose their connection together come back apart, without a gap or a repeat", async () => {
  vi.useFakeTimers();
  const networks = Array.from({ length: APPS }, () => new FakeNetwork());
  const shown = networks.map(() => [] as number[]);
  clients = networks.map((network, index) => {
    const client = new TouchlineClient({ url: "wss://host", token: async () => "t", matchId: "m", openSocket: network.open, playhead: () => ({ programmeMs: 50_000, rate: 1 }), latencyMs: () => 0 });
    client.scheduler.screens.on((screen) => screen && shown[index]?.push(screen.message.version));
    client.start();
    return client;
  });
  await vi.advanceTimersByTimeAsync(0);
  for (const { newest } of networks) {
    newest.opens();
    newest.receives(version(1, 0, 600));
    newest.acknowledges("subscribe");
  }
  const lost = Date.now();
  for (const { newest } of networks) newest.close();
  const attempts: number[] = [];
  for (let step = 0; step < 120; step += 1) {
    await vi.advanceTimersByTimeAsync(10);
    for (const network of networks) {
      if (network.sockets.length !== 2 || network.newest.readyState !== 0) continue;
      attempts.push(Date.now() - lost);
      network.newest.opens();
      const [subscribe] = network.newest.sent;
      expect(subscribe).toMatchObject({ action: "subscribe", lastVersion: 1 });
      network.newest.receives({ ...version(2, 10, 600), snapshot: true, requestId: subscribe?.requestId });
    }
  }
  expect(attempts).toHaveLength(APPS);
  const busiest = Math.max(...Array.from({ length: 10 }, (_, tenth) => attempts.filter((at) => Math.floor(at / 100) === tenth).length));
  // Evenly spread, fifty come in each tenth of the first second.
  expect(busiest).toBeLessThan(100);
  expect(shown.every((versions) => versions.join() === "1,2")).toBe(true);
});
