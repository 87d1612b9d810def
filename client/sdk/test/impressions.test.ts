// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { ImpressionWatcher } from "../src";

let see: (share: number) => void;
let seen: number;
let watcher: ImpressionWatcher;
const element = document.createElement("div");

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: object[]) => void) {
        see = (share) => callback([{ target: element, isIntersecting: share > 0, intersectionRatio: share }]);
      }
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  seen = 0;
  watcher = new ImpressionWatcher();
  watcher.watch(element, () => (seen += 1));
});

test("an element half in view for one second is reported once", () => {
  see(0.5);
  vi.advanceTimersByTime(1_000);
  see(0.1);
  see(1);
  vi.advanceTimersByTime(5_000);
  expect(seen).toBe(1);
});

test.each([0.49, 0])("%f in view is not seen", (share) => {
  see(share);
  vi.advanceTimersByTime(5_000);
  expect(seen).toBe(0);
});

test("less than one second in view is not an impression", () => {
  see(1);
  vi.advanceTimersByTime(900);
  see(0);
  vi.advanceTimersByTime(5_000);
  expect(seen).toBe(0);
});

test("an element in a hidden tab counts only once the tab is visible", () => {
  const state = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  see(1);
  vi.advanceTimersByTime(5_000);
  expect(seen).toBe(0);
  state.mockReturnValue("visible");
  vi.advanceTimersByTime(1_000);
  expect(seen).toBe(1);
});
