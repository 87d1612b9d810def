// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Components, Placement, TouchlineClient } from "../src";
import { isSampled } from "../src/sample";
import { FakeStage, joined, OWN } from "./fakeStage";
import { audienceVersion } from "./fakes";

const SHARE = 0.5;
let stage: FakeStage;
let client: TouchlineClient;

beforeEach(async () => {
  vi.useFakeTimers();
  localStorage.clear();
  stage = new FakeStage();
  stage.pass = { impressionShare: SHARE };
  stage.documents.audience = audienceVersion(1, 0, 600);
  client = await joined(stage);
});
afterEach(() => client.stop());

/** Publish versions until one's impression is in the sample, or is not, and return its placement. */
function placed(sampled: boolean): { placement: Placement; message: Components } {
  for (let number = 2; number < 100; number += 1) {
    stage.publishes(audienceVersion(number, 0, 600));
    const { message, placements } = client.scheduler.screen ?? {};
    const [placement] = placements ?? [];
    if (!message || !placement) throw new Error("expected a placement");
    if (isSampled(SHARE, OWN, { ...placement, version: number }) === sampled) return { placement, message };
  }
  throw new Error("expected both kinds among a hundred versions");
}

async function batches(): Promise<string[][]> {
  await vi.advanceTimersByTimeAsync(10_000);
  return stage.batches.map((batch) => batch.map((each) => each.type));
}

test("an impression of the sample is reported", async () => {
  const { placement, message } = placed(true);
  client.interact("impression", placement, message);
  expect(await batches()).toEqual([["impression"]]);
});

test("another impression is reported only with a reaction to it, and once", async () => {
  const { placement, message } = placed(false);
  client.interact("impression", placement, message, ["c", "d"]);
  expect(await batches()).toEqual([]);
  client.interact("click", placement, message);
  client.interact("dismissal", placement, message);
  expect(await batches()).toEqual([["impression", "click"], ["dismissal"]]);
  expect(stage.batches[0]?.[0]?.impression).toEqual(["c", "d"]);
});

test("a click in the first second brings its impression, sampled or not", async () => {
  for (const sampled of [true, false]) {
    const { placement, message } = placed(sampled);
    client.interact("click", placement, message);
  }
  expect((await batches()).flat()).toEqual(["impression", "click", "impression", "click"]);
});

test("impressions wait ten seconds for others, and go in batches of at most 25", async () => {
  const { placement, message } = placed(true);
  const versions = Array.from({ length: 200 }, (_, each) => each + 1_000);
  const sampled = versions.filter((version) => isSampled(SHARE, OWN, { ...placement, version }));
  for (const version of versions) client.interact("impression", placement, { ...message, version });
  const expected = await batches();
  expect(expected.every((batch) => batch.length <= 25)).toBe(true);
  expect(expected.flat()).toHaveLength(sampled.length);
});

test("a batch that is throttled or not answered is sent again, and a page that is left sends what waits", async () => {
  const { placement, message } = placed(true);
  stage.refusal = { status: 429, body: { message: "Too Many Requests" } };
  client.interact("click", placement, message);
  await vi.advanceTimersByTimeAsync(0);
  expect(client.interactions.waiting).toBe(2);
  expect(client.connection.stats.refused.throttled).toBe(1);
  stage.refusal = null;
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(stage.batches.map((batch) => batch.length)).toEqual([2]);
  expect(client.interactions.waiting).toBe(0);
});

test("an interaction that is refused for good is left out", async () => {
  const { placement, message } = placed(true);
  const error = { type: "error", code: "NOT_PLACED", message: "", field: "interactions[1].signature" };
  stage.refusal = { status: 400, body: error };
  client.interact("click", placement, message);
  await vi.advanceTimersByTimeAsync(0);
  expect(client.interactions.waiting).toBe(0);
});

test("what a viewer who stops has not reported yet is sent, and nothing is kept of one who signs out", async () => {
  const { placement, message } = placed(true);
  client.interact("impression", placement, message);
  expect(localStorage).toHaveLength(1);
  client.forget();
  client.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(stage.batches.flat()).toHaveLength(1);
  expect(localStorage).toHaveLength(0);
});
