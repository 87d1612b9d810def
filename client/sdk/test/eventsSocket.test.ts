import { beforeEach, expect, test, vi } from "vitest";
import { EventsSocket } from "../src/channels/eventsSocket";
import { noStats } from "../src/connection";
import { FakeNetwork } from "./fakes";

let network: FakeNetwork;
let socket: EventsSocket;
let happened: string[];
const stats = noStats();

beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  happened = [];
  socket = new EventsSocket({
    url: "wss://realtime/event/realtime",
    host: "events.host",
    pass: "pass",
    openSocket: network.open,
    stats,
    ready: () => happened.push("ready"),
    published: (channel, text) => happened.push(`${channel} ${text}`),
    lost: (isRefused) => happened.push(isRefused ? "refused" : "lost"),
  });
});

function acknowledged(connectionTimeoutMs = 300_000): void {
  network.newest.opens();
  network.newest.receives({ type: "connection_ack", connectionTimeoutMs });
}

test("it initializes the connection, and is ready when that is acknowledged", () => {
  network.newest.opens();
  expect(network.newest.sent).toEqual([{ type: "connection_init" }]);
  expect(happened).toEqual([]);
  acknowledged();
  expect(happened).toEqual(["ready"]);
});

test.each(["opened", "acknowledged"])("a connection that is not %s in time is given up", async (what) => {
  if (what === "acknowledged") network.newest.opens();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(happened).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened).toEqual(["lost"]);
});

test("it is given up when the server is silent for as long as the acknowledgement says", async () => {
  acknowledged(90_000);
  for (let each = 0; each < 5; each += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    network.newest.receives({ type: "ka" });
  }
  await vi.advanceTimersByTimeAsync(89_999);
  expect(happened).toEqual(["ready"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened).toEqual(["ready", "lost"]);
});

test("a device that slept longer than the server may be silent has lost its connection", () => {
  acknowledged();
  vi.setSystemTime(Date.now() + 299_000);
  socket.check();
  expect(happened).toEqual(["ready"]);
  vi.setSystemTime(Date.now() + 1_000);
  socket.check();
  expect(happened).toEqual(["ready", "lost"]);
});

test.each([
  [{ errorType: "UnauthorizedException", message: "You are not authorized to make this call." }, "refused"],
  [{ errorCode: 401, message: "no" }, "refused"],
  [{ errorType: "LimitExceededError", message: "Rate limit exceeded" }, "lost"],
])("a connection error %j is told as %s", (error, expected) => {
  network.newest.opens();
  network.newest.receives({ type: "connection_error", errors: [error] });
  network.newest.close();
  expect(happened).toEqual([expected]);
});

test("events come with the channel of their subscription", async () => {
  acknowledged();
  const answers = Promise.all(["/touchline/a", "/touchline/b"].map((each) => socket.subscribe(each, "pass")));
  const [, first, second] = network.newest.sent as unknown as { id: string }[];
  network.newest.receives({ type: "subscribe_success", id: first?.id });
  network.newest.receives({
    type: "subscribe_error",
    id: second?.id,
    errors: [{ errorType: "Unauthorized" }],
  });
  expect(await answers).toEqual(["subscribed", "refused"]);
  network.newest.receives({ type: "data", id: first?.id, event: '{"one":1}' });
  network.newest.receives({ type: "data", id: first?.id, event: ['{"two":2}'] });
  network.newest.receives({ type: "data", id: second?.id, event: '{"three":3}' });
  expect(happened).toEqual(["ready", '/touchline/a {"one":1}', '/touchline/a {"two":2}']);
});

test("a subscription that is not answered in time, or cut off, has failed", async () => {
  acknowledged();
  const slow = socket.subscribe("/touchline/a", "pass");
  await vi.advanceTimersByTimeAsync(10_000);
  expect([await slow, stats.unanswered]).toEqual(["failed", 1]);
  const cut = socket.subscribe("/touchline/b", "pass");
  network.newest.close();
  expect(await cut).toBe("failed");
  expect(await socket.subscribe("/touchline/c", "pass")).toBe("failed");
});
