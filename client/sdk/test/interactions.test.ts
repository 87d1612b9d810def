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

test("impressions travel together, ten at most", async () => {
  for (let each = 0; each < 23; each += 1) reporter.report(act(`c${each}`));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent.map((batch) => batch.length)).toEqual([10, 10, 3]);
});

test("what the viewer did by hand goes out at once", async () => {
  reporter.report(act("c", "click"));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(1);
});

test("what was not taken is sent again, and once only after it was", async () => {
  taken = false;
  reporter.report(act("c", "click"));
  await vi.advanceTimersByTimeAsync(0);
  taken = true;
  await reporter.flush();
  await reporter.flush();
  expect(sent).toHaveLength(2);
  expect(reporter.waiting).toBe(0);
});

test("a long outage keeps the newest two hundred", () => {
  taken = false;
  for (let each = 0; each < 300; each += 1) reporter.report(act(`c${each}`));
  expect(reporter.waiting).toBe(200);
});
