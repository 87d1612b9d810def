import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Interaction, InteractionReporter } from "../src";

const HALF = (): number => 0.5;
const sent: Interaction[][] = [];
let taken: boolean;
let reporter: InteractionReporter;

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  taken = true;
  reporter = new InteractionReporter(async (batch) => {
    sent.push(batch);
    return taken;
  }, HALF);
});
afterEach(() => reporter.clear());

function act(componentId: string, type: Interaction["type"] = "impression"): Interaction {
  return {
    type,
    componentId,
    slot: "ticker",
    version: 1,
    signature: "s",
    occurredAt: "2021-06-11T19:00:00.000Z",
  };
}

test("impressions are sent in batches of at most ten", async () => {
  for (let each = 0; each < 23; each += 1) reporter.report(act(`c${each}`));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent.map((batch) => batch.length)).toEqual([10, 10, 3]);
});

test("clicks are sent at once", async () => {
  reporter.report(act("c", "click"));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(1);
});

test("a batch that was not accepted is sent again until it is", async () => {
  taken = false;
  reporter.report(act("c", "click"));
  await vi.advanceTimersByTimeAsync(0);
  taken = true;
  await reporter.flush();
  await reporter.flush();
  expect(sent).toHaveLength(2);
  expect(reporter.waiting).toBe(0);
});

test("a batch that was not accepted is sent again with growing pauses, and clicks wait for it", async () => {
  taken = false;
  reporter = new InteractionReporter(
    async (batch) => sent.push(batch) > 0 && taken,
    () => 1,
  );
  reporter.report(act("c", "click"));
  await vi.advanceTimersByTimeAsync(0);
  reporter.report(act("d", "click"));
  for (const [seconds, times] of [
    [1, 2],
    [2, 3],
    [4, 4],
  ] as const) {
    await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
    expect(sent).toHaveLength(times - 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(times);
  }
  taken = true;
  await vi.advanceTimersByTimeAsync(8_000);
  expect(sent.at(-1)).toHaveLength(2);
  expect(reporter.waiting).toBe(0);
});

test("a long outage keeps the newest two hundred interactions", () => {
  taken = false;
  for (let each = 0; each < 300; each += 1) reporter.report(act(`c${each}`));
  expect(reporter.waiting).toBe(200);
});
