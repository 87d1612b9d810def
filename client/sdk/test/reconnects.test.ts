import { afterEach, expect, test, vi } from "vitest";
import type { TouchlineClient } from "../src";
import { clientOn, FakeNetwork, mostInATenth, version } from "./fakes";

const APPS = 500;
const WINDOW_SECONDS = 60;
let clients: TouchlineClient[] = [];
afterEach(() => {
  for (const client of clients) client.stop();
});

test("a delayed viewer who reconnects sees each missed version once, in order, at their own picture", async () => {
  vi.useFakeTimers();
  const network = new FakeNetwork();
  const shown: [number, number][] = [];
  let programmeMs = 100_000;
  const client = clientOn(network, {
    random: () => 0.1,
    playhead: () => ({ programmeMs, rate: 1 }),
  });
  clients = [client];
  client.scheduler.screens.on(
    (screen) => screen && shown.push([screen.message.version, programmeMs / 1_000]),
  );
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  network.newest.opens();
  network.newest.receives({ ...version(1, 90, 600), reconnectWithinSeconds: 2 });
  network.newest.acknowledges("subscribe");
  network.newest.close();
  await vi.advanceTimersByTimeAsync(200);
  network.newest.opens();
  const [subscribe] = network.newest.sent;
  expect(subscribe).toMatchObject({ lastVersion: 1, playhead: "1970-01-01T00:01:40.000Z" });
  // The picture is at second 100; versions 2 to 4 are due at 110, 130 and 150.
  const missed = [
    { ...version(2, 110, 600), snapshot: true },
    { ...version(3, 130, 600), snapshot: true },
  ];
  network.newest.receives({
    ...version(4, 150, 600),
    snapshot: true,
    missed,
    requestId: subscribe?.requestId,
  });
  network.newest.receives(version(3, 130, 600));
  for (; programmeMs < 160_000; programmeMs += 500) await vi.advanceTimersByTimeAsync(500);
  expect(shown).toEqual([
    [1, 100],
    [2, 110],
    [3, 130],
    [4, 150],
  ]);
});

test("missed versions that are already over are not shown", () => {
  const client = clientOn(new FakeNetwork(), {
    playhead: () => ({ programmeMs: 200_000, rate: 1 }),
  });
  clients = [client];
  const shown: number[] = [];
  client.scheduler.screens.on((screen) => screen && shown.push(screen.message.version));
  client.connection.answers.emit({
    ...version(4, 150, 600),
    snapshot: true,
    missed: [version(2, 110, 600), version(3, 130, 600)],
  });
  expect(shown).toEqual([4]);
  expect(client.scheduler.past().map((each) => each.version)).toEqual([2, 3, 4]);
});

test("five hundred apps that disconnect together spread over the server's window, without a gap or a repeat", async () => {
  vi.useFakeTimers();
  const networks = Array.from({ length: APPS }, () => new FakeNetwork());
  const shown = networks.map(() => [] as number[]);
  clients = networks.map((network, index) => {
    const client = clientOn(network);
    client.scheduler.screens.on((screen) => screen && shown[index]?.push(screen.message.version));
    client.start();
    return client;
  });
  await vi.advanceTimersByTimeAsync(0);
  for (const { newest } of networks) {
    newest.opens();
    newest.receives({ ...version(1, 0, 600), reconnectWithinSeconds: WINDOW_SECONDS });
    newest.acknowledges("subscribe");
  }
  const lost = Date.now();
  for (const { newest } of networks) newest.close();
  const attempts: number[] = [];
  for (let step = 0; step < 600; step += 1) {
    await vi.advanceTimersByTimeAsync(WINDOW_SECONDS * 2);
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
  // Evenly spread, fifty apps reconnect in each tenth of the window.
  expect(mostInATenth(attempts, WINDOW_SECONDS * 1_000)).toBeLessThan(100);
  expect(shown.every((versions) => versions.join() === "1,2")).toBe(true);
});
