// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forgetSights, KeptSights } from "../src/sights";

const HOUR_MS = 3_600_000;

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("sights survive a reload, for the same viewer and match", () => {
  const before = new KeptSights("m", "v");
  before.add("poll", 1_000);
  before.add("poll", 2_000);
  expect([...new KeptSights("m", "v").all]).toEqual([["poll", { count: 2, lastAt: 2_000 }]]);
  expect(new KeptSights("m", "another").all.size).toBe(0);
  expect(new KeptSights("n", "v").all.size).toBe(0);
});

test("tabs of one viewer share the sights, so that another tab does not reset a cap", () => {
  const [first, second] = [new KeptSights("m", "v"), new KeptSights("m", "v")];
  first.add("poll", 1_000);
  second.add("poll", 2_000);
  first.add("quiz", 3_000);
  for (const tab of [first, second]) {
    expect([...tab.all]).toEqual([
      ["poll", { count: 2, lastAt: 2_000 }],
      ["quiz", { count: 1, lastAt: 3_000 }],
    ]);
  }
});

test("that a viewer may be asked for by name is kept beside the sights", () => {
  const sights = new KeptSights("m", "v");
  sights.add("poll", 1_000);
  expect(sights.mayBeNamed).toBe(false);
  sights.markNamed();
  sights.add("poll", 2_000);
  const again = new KeptSights("m", "v");
  expect([again.mayBeNamed, again.all.get("poll")?.count]).toEqual([true, 2]);
  expect(new KeptSights("m", "another").mayBeNamed).toBe(false);
});

test("viewers of one device take nothing from each other", () => {
  const [ada, ben] = [new KeptSights("m", "ada"), new KeptSights("m", "ben")];
  ada.add("poll", 1_000);
  ben.add("quiz", 2_000);
  ada.forget();
  expect([...new KeptSights("m", "ben").all.keys()]).toEqual(["quiz"]);
  expect(new KeptSights("m", "ada").all.size).toBe(0);
});

test("sights are kept for a day after the last one, and then removed by whoever watches next", () => {
  new KeptSights("m", "v").add("poll", 1_000);
  vi.advanceTimersByTime(23 * HOUR_MS);
  new KeptSights("m", "v").add("poll", 2_000);
  vi.advanceTimersByTime(23 * HOUR_MS);
  expect(new KeptSights("m", "v").all.get("poll")?.count).toBe(2);
  vi.advanceTimersByTime(HOUR_MS);
  localStorage.setItem("touchline.volume", "1");
  expect(new KeptSights("m", "v").all.size).toBe(0);
  new KeptSights("another", "w");
  expect(Object.keys(localStorage)).toEqual(["touchline.volume"]);
});

test("the five hundred components that were seen last are kept", () => {
  const sights = new KeptSights("m", "v");
  for (let each = 0; each < 510; each += 1) sights.add(`c${each}`, each);
  sights.add("c10", 1_000);
  sights.add("c511", 1_001);
  expect(sights.all.size).toBe(500);
  expect(["c10", "c11", "c12"].map((each) => sights.all.has(each))).toEqual([true, false, true]);
});

test("a viewer who signs out leaves nothing in the browser", () => {
  const sights = new KeptSights("m", "v");
  sights.add("poll", 1_000);
  sights.forget();
  sights.add("poll", 2_000);
  expect(localStorage).toHaveLength(0);
});

test("a match is forgotten whoever watched it, and no other match", () => {
  for (const match of ["m", "m.n", "n"]) new KeptSights(match, "v").add("poll", 1_000);
  forgetSights("m");
  expect(["m", "m.n", "n"].map((match) => new KeptSights(match, "v").all.size)).toEqual([0, 1, 1]);
});

test("without storage a tab has its own sights", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new Error("the quota is used up");
  });
  const sights = new KeptSights("m", "v");
  sights.add("poll", 1_000);
  sights.add("poll", 2_000);
  expect(sights.all.get("poll")?.count).toBe(2);
});

test.each(["not JSON", "null", "7", '{"until":9e15}', '{"until":9e15,"seen":[["poll",{}],7]}'])(
  "what the browser kept in another form is ignored: %s",
  (stored) => {
    localStorage.setItem("touchline.sights.m/v", stored);
    expect(new KeptSights("m", "v").all.size).toBe(0);
  },
);
