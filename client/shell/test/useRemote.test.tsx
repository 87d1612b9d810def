// @vitest-environment jsdom
import type { Placement } from "@touchline/sdk";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { placement } from "../../sdk/test/fakes";
import type { Loaded } from "../src/remotes/load";
import { useRemote } from "../src/remotes/useRemote";

const { broken } = vi.hoisted(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  return { broken: new Set<string>() };
});
vi.mock("../src/remotes/load", () => ({
  load: async ({ url }: Placement["remote"]): Promise<Loaded> => {
    if (broken.has(url)) throw new Error(`${url} is broken`);
    return { isolation: "module", module: { default: () => null, styles: "" } };
  },
}));

let root: Root;
let shown: string | undefined;
let fail: (why: unknown) => void;
let tests = 0;

function Slot({ list, message }: { list: Placement[]; message: number }): ReactNode {
  const [loaded, failed] = useRemote(list, "https://app", message);
  shown = loaded?.placement.componentId;
  fail = failed;
  return null;
}

/** Show a message with placements of these components, best first; the failures of other tests do not count. */
async function show(message: number, ...ids: string[]): Promise<string | undefined> {
  const list = ids.map((id) => {
    const each = placement(id);
    return { ...each, remote: { ...each.remote, url: id, integrity: `sha384-${tests}` } };
  });
  await act(async () => {
    root.render(<Slot list={list} message={message} />);
    await vi.advanceTimersByTimeAsync(0);
  });
  return shown;
}

const pass = (seconds: number): Promise<void> =>
  act(async () => void (await vi.advanceTimersByTimeAsync(seconds * 1_000)));

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue(undefined);
  broken.clear();
  tests += 1;
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.useRealTimers();
});

test("a component that failed to load is mounted with a later message, after a pause", async () => {
  broken.add("poll");
  expect(await show(1, "poll", "quiz")).toBe("quiz");
  broken.clear();
  expect(await show(2, "poll", "quiz")).toBe("quiz");
  await pass(10);
  // What replaced it stays while the screen shows the same message.
  expect(await show(2, "poll", "quiz")).toBe("quiz");
  expect(await show(3, "poll", "quiz")).toBe("poll");
});

test("a component that failed at run time is mounted with a later message, after a pause", async () => {
  expect(await show(1, "poll", "quiz")).toBe("poll");
  await act(async () => fail(new Error("it threw")));
  expect(await show(1, "poll", "quiz")).toBe("quiz");
  await pass(10);
  expect(await show(2, "poll", "quiz")).toBe("poll");
});

test("in an empty slot a component comes back by itself", async () => {
  broken.add("poll");
  expect(await show(1, "poll")).toBeUndefined();
  await pass(9);
  broken.clear();
  expect(shown).toBeUndefined();
  await pass(2);
  expect(shown).toBe("poll");
});

test("a component that always fails is tried eight times", async () => {
  broken.add("poll");
  await show(1, "poll");
  for (let minute = 0; minute < 60; minute += 1) await pass(60);
  broken.clear();
  await show(2, "poll");
  await pass(3_600);
  expect(shown).toBeUndefined();
  expect(console.warn).toHaveBeenCalledTimes(8);
});
