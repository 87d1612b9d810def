import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Interaction, InteractionReporter } from "../src";

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
  });
});
afterEach(() => reporter.clear());

function act(componentId: string, type: Interaction["type"] = "impression"): Interaction {
  return { type, componentId, slot: "ticker", version: 1, occurredAt: "2021-06-11T19:00:00.000Z" };
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

test("a long outage keeps the newest two hundred interactions", () => {
  taken = false;
  for (let each = 0; each < 300; each += 1) reporter.report(act(`c${each}`));
  expect(reporter.waiting).toBe(200);
});
