// @vitest-environment jsdom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { version } from "../../sdk/test/fakes";
import { type Dismissed, UNDO_MS, useDismissal } from "../src/regions/useDismissal";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const [placement] = version(1, 0, 1).placements;
if (!placement) throw new Error("expected a placement");

let dismissal: Dismissed;
let root: Root;
function Probe(): null {
  dismissal = useDismissal();
  return null;
}

beforeEach(async () => {
  vi.useFakeTimers();
  root = createRoot(document.createElement("div"));
  await act(async () => root.render(<Probe />));
});
afterEach(() => vi.useRealTimers());

test("a dismissal is reported once it cannot be undone any more", async () => {
  const report = vi.fn();
  await act(async () => dismissal.dismiss(placement, report));
  expect([dismissal.componentId, dismissal.undoable]).toEqual([placement.componentId, placement]);
  expect(report).not.toHaveBeenCalled();
  await act(async () => vi.advanceTimersByTime(UNDO_MS));
  expect(report).toHaveBeenCalledOnce();
  expect([dismissal.componentId, dismissal.undoable]).toEqual([placement.componentId, null]);
});

test("a dismissal that is undone is not reported", async () => {
  const report = vi.fn();
  await act(async () => dismissal.dismiss(placement, report));
  await act(async () => dismissal.undo());
  await act(async () => vi.advanceTimersByTime(UNDO_MS));
  await act(async () => root.unmount());
  expect(report).not.toHaveBeenCalled();
  expect(dismissal.componentId).toBeNull();
});

test("a region that leaves reports its dismissal", async () => {
  const report = vi.fn();
  await act(async () => dismissal.dismiss(placement, report));
  await act(async () => root.unmount());
  expect(report).toHaveBeenCalledOnce();
});
