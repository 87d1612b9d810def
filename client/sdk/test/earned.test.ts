import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Interact, Interaction, TouchlineClient } from "../src";
import { clientOn, FakeNetwork, placement, version } from "./fakes";

let network: FakeNetwork;
let client: TouchlineClient;

beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  client = clientOn(network);
  client.start();
});
afterEach(() => client.stop());

async function sent(): Promise<Interaction[]> {
  await vi.advanceTimersByTimeAsync(0);
  network.newest.opens();
  network.newest.receives({ type: "ack", action: "subscribe" });
  await vi.advanceTimersByTimeAsync(2_000);
  const requests = network.newest.sent.filter((each) => each.action === "interact");
  return requests.flatMap((each) => (each as Interact).interactions);
}

test("an interaction carries its placement's signature", async () => {
  client.interact("impression", placement("poll"), version(3, 0, 60));
  expect((await sent()).map((each) => each.signature)).toEqual([placement("poll").signature]);
});

test("a click in the first second is preceded by the impression, which is not repeated", async () => {
  const message = version(3, 0, 60);
  client.interact("click", placement("poll"), message, ["poll"], 1);
  client.interact("impression", placement("poll"), message);
  const acts = await sent();
  expect(acts.map((each) => [each.type, each.value])).toEqual([
    ["impression", undefined],
    ["click", 1],
  ]);
  expect(acts[0]?.impression).toEqual(["poll"]);
});

test("a component that stays on screen has an impression in each version", async () => {
  for (const number of [3, 4, 4]) client.interact("impression", placement("poll"), version(number, 0, 60));
  expect((await sent()).map((each) => each.version)).toEqual([3, 4]);
});

test("a placement that the server could not sign is not reported", async () => {
  client.interact("click", { ...placement("poll"), signature: null }, version(3, 0, 60));
  expect(await sent()).toEqual([]);
});

test("an interaction that is refused for good is left out, and the others are sent again", async () => {
  for (const name of ["a", "b", "c"]) client.interact("impression", placement(name), version(3, 0, 60));
  const [first] = await interactRequests();
  network.newest.receives({
    type: "error",
    code: "NOT_PLACED",
    message: "interactions[1].signature: expected ...",
    field: "interactions[1].signature",
    requestId: first?.requestId,
  });
  await vi.advanceTimersByTimeAsync(0);
  const [, second] = await interactRequests();
  expect(second?.interactions.map((each) => each.componentId)).toEqual(["a", "c"]);
  network.newest.acknowledges("interact");
  await vi.advanceTimersByTimeAsync(0);
  expect(client.interactions.waiting).toBe(0);
});

test("interactions beyond the connection's rate are sent again later", async () => {
  client.interact("impression", placement("a"), version(3, 0, 60));
  const [first] = await interactRequests();
  network.newest.receives({
    type: "error",
    code: "TOO_MANY",
    message: "interactions: expected at most 10 a second on a connection, got 1 more",
    field: "interactions",
    requestId: first?.requestId,
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(client.interactions.waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await interactRequests()).toHaveLength(2);
});

async function interactRequests(): Promise<(Interact & { requestId: string })[]> {
  if (network.newest.readyState === 0) await sent();
  return network.newest.sent.filter((each) => each.action === "interact") as (Interact & {
    requestId: string;
  })[];
}
