import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Components, type Playhead, Scheduler } from "../src";
import { placement, version } from "./fakes";

let playhead: Playhead | null;
let scheduler: Scheduler;
const shown = (): number | null => scheduler.screen?.message.version ?? null;

/** A playhead `behind` seconds behind a programme that began at 0. */
function plays(behind = 0): void {
  const began = Date.now();
  scheduler = new Scheduler(() => ({ programmeMs: Date.now() - began - behind * 1000, rate: 1 }));
}

beforeEach(() => {
  vi.useFakeTimers();
  playhead = { programmeMs: 0, rate: 0 };
  scheduler = new Scheduler(() => playhead);
});
afterEach(() => scheduler.clear());

test.each([5, 20, 60])(
  "a viewer %i seconds behind sees a moment when the own picture reaches it",
  (behind) => {
    plays(behind);
    scheduler.offer(version(1, 1, 600));
    vi.advanceTimersByTime(behind * 1000 + 990);
    expect(shown()).toBeNull();
    vi.advanceTimersByTime(20);
    expect(shown()).toBe(1);
  },
);

test("nothing is shown while the picture's position is unknown", () => {
  playhead = null;
  scheduler.offer(version(1, 0, 600));
  expect(shown()).toBeNull();
  playhead = { programmeMs: 1000, rate: 1 };
  vi.advanceTimersByTime(500);
  expect(shown()).toBe(1);
});

test("a version leaves the screen at its validUntil", () => {
  plays();
  scheduler.offer(version(1, 0, 10));
  expect(shown()).toBe(1);
  vi.advanceTimersByTime(10_001);
  expect(shown()).toBeNull();
});

test("after validUntil the afterwards placements are shown until the next version", () => {
  plays();
  const calm = [placement("calm")];
  scheduler.offer({ ...version(1, 0, 10), afterwards: calm }, version(2, 20, 30));
  vi.advanceTimersByTime(10_001);
  expect(shown()).toBe(1);
  expect(scheduler.screen?.placements).toEqual(calm);
  vi.advanceTimersByTime(10_000);
  expect(shown()).toBe(2);
  vi.advanceTimersByTime(10_000);
  expect(shown()).toBeNull();
});

test("a paused picture keeps its screen", () => {
  scheduler.offer(version(1, 5, 600));
  playhead = { programmeMs: 4_999, rate: 0 };
  vi.advanceTimersByTime(60_000);
  expect(shown()).toBeNull();
});

test("seeking back shows what was due then", () => {
  scheduler.offer(version(1, 0, 600));
  scheduler.offer(version(2, 100, 600));
  playhead = { programmeMs: 120_000, rate: 0 };
  scheduler.update();
  expect(shown()).toBe(2);
  playhead = { programmeMs: 50_000, rate: 0 };
  scheduler.update();
  expect(shown()).toBe(1);
  expect(scheduler.past().map((each) => each.version)).toEqual([1]);
});

test("versions may arrive out of order, and a repeated version counts once", () => {
  playhead = { programmeMs: 10_000, rate: 0 };
  const shown: (number | null)[] = [];
  scheduler.screens.on((screen) => shown.push(screen?.message.version ?? null));
  for (const number of [2, 1, 2]) scheduler.offer(version(number, 0, 600));
  expect(shown).toEqual([2]);
});

test.each([
  ["cohort", "viewer"],
  ["viewer", "cohort"],
] as const)("a version for the viewer by name is preferred, when %s comes before %s", (first, second) => {
  const made = (rung: Components["rung"]): Components => ({
    ...version(1, 5, 600, rung),
    placements: [placement(rung)],
  });
  scheduler.offer(made(first));
  scheduler.offer(made(second));
  playhead = { programmeMs: 5_000, rate: 0 };
  scheduler.update();
  expect(scheduler.screen?.placements.map((each) => each.componentId)).toEqual(["viewer"]);
});

test("what is on the screen stays when the version for the viewer by name comes after it", () => {
  playhead = { programmeMs: 5_000, rate: 0 };
  scheduler.offer(version(1, 5, 600));
  const { screen } = scheduler;
  scheduler.offer(version(1, 5, 600, "viewer"));
  expect(scheduler.screen).toBe(screen);
});

test("a version that overtook another is not the last version until the other arrives", () => {
  expect(scheduler.lastVersion).toBeUndefined();
  scheduler.offer({ ...version(3, 0, 600), snapshot: true }, version(5, 0, 600), version(6, 0, 600));
  expect(scheduler.lastVersion).toBe(3);
  scheduler.offer(version(4, 0, 600));
  expect(scheduler.lastVersion).toBe(6);
  scheduler.offer({ ...version(9, 0, 600), snapshot: true });
  expect(scheduler.lastVersion).toBe(9);
});

test("an older version with a longer window does not return when the newest ends", () => {
  playhead = { programmeMs: 200_000, rate: 0 };
  scheduler.offer(version(1, 0, 600));
  scheduler.offer(version(2, 100, 160));
  expect(shown()).toBeNull();
});

test("the rung keep shows the placements of the version before it", () => {
  playhead = { programmeMs: 10_000, rate: 0 };
  scheduler.offer(version(1, 0, 600));
  scheduler.offer(version(2, 5, 600, "keep"));
  expect(shown()).toBe(2);
  expect(scheduler.screen?.placements.map((each) => each.componentId)).toEqual(["c1"]);
});

test("a component that the newest version freezes leaves the screen at once, whatever the picture's position", () => {
  playhead = { programmeMs: 10_000, rate: 0 };
  const first = version(1, 0, 600);
  first.placements = [placement("poll"), placement("feed", "ticker")];
  first.alternatives = [placement("bet"), placement("quiz")];
  scheduler.offer(first);
  // WHEN a version that the picture has not reached freezes two components
  scheduler.offer({ ...version(2, 300, 600), frozen: ["poll", "bet"] });
  const ids = (list = scheduler.screen?.placements): string[] | undefined =>
    list?.map((each) => each.componentId);
  expect([ids(), ids(scheduler.screen?.alternatives)]).toEqual([["feed"], ["quiz"]]);
  // WHEN a later version has thawed one of them THEN it is back
  scheduler.offer({ ...version(3, 400, 600), frozen: ["poll"] });
  expect([ids(), ids(scheduler.screen?.alternatives)]).toEqual([["feed"], ["bet", "quiz"]]);
  scheduler.offer(version(4, 500, 600));
  expect(ids()).toEqual(["poll", "feed"]);
});

test("a slot that a version with the rung keep clears stays empty until the next placements", () => {
  playhead = { programmeMs: 10_000, rate: 0 };
  const first = version(1, 0, 600);
  first.placements = [placement("poll", "side_panel"), placement("feed", "ticker")];
  first.alternatives = [placement("quiz", "side_panel")];
  scheduler.offer(first, { ...version(2, 3, 600, "keep"), cleared: ["side_panel"] });
  scheduler.offer(version(3, 5, 600, "keep"));
  const screen = scheduler.screen;
  expect(screen?.placements.map((each) => each.componentId)).toEqual(["feed"]);
  expect(screen?.alternatives).toEqual([]);
  scheduler.update();
  expect(scheduler.screen).toBe(screen);
  scheduler.offer(version(4, 6, 600));
  expect(scheduler.screen?.placements.map((each) => each.componentId)).toEqual(["c4"]);
});
