// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pollSwitches } from "../src/remotes/switches";

const MINUTE = 60_000;
let answer: () => Promise<Response>;
let stop: () => void;
const requests: (RequestInit | undefined)[] = [];
const seen: string[][] = [];

beforeEach(() => {
  vi.useFakeTimers();
  requests.length = seen.length = 0;
  answer = async () => Response.json({ off: ["poll"] });
  vi.stubGlobal("fetch", (_url: string, init?: RequestInit) => {
    requests.push(init);
    return answer();
  });
  stop = pollSwitches(
    (off) => seen.push([...off]),
    () => 0.5,
  );
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

test("the switches are polled every five minutes, and only transferred after a change", async () => {
  await vi.advanceTimersByTimeAsync(20 * MINUTE + 1);
  expect(requests).toHaveLength(5);
  // With this mode the browser asks for the file under its ETag, and the server answers 304 if it has not changed.
  expect(requests.every((init) => init?.cache === "no-cache")).toBe(true);
  expect(seen).toEqual([["poll"]]);
});

test("a page that becomes visible after a while reads them at once, because the device may have slept", async () => {
  await vi.advanceTimersByTimeAsync(0);
  const becomesVisible = async (): Promise<void> => {
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);
  };
  await becomesVisible();
  expect(requests).toHaveLength(1);
  // The clock goes on while timers sleep.
  vi.setSystemTime(Date.now() + 60 * MINUTE);
  answer = async () => Response.json({ off: ["poll", "quiz"] });
  await becomesVisible();
  expect(seen).toEqual([["poll"], ["poll", "quiz"]]);
  // The next poll is as far away as after any other.
  await vi.advanceTimersByTimeAsync(5 * MINUTE - 1);
  expect(requests).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(requests).toHaveLength(3);
  stop();
  vi.setSystemTime(Date.now() + 60 * MINUTE);
  await becomesVisible();
  expect(requests).toHaveLength(3);
});

test("the last switches count while the file is missing, broken or unreachable", async () => {
  await vi.advanceTimersByTimeAsync(0);
  for (const failing of [
    async () => new Response("", { status: 404 }),
    async () => new Response("<html>"),
    async () => Response.json({}),
    () => Promise.reject(new Error("offline")),
  ]) {
    answer = failing;
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
  }
  expect(seen).toEqual([["poll"]]);
  answer = async () => Response.json({ off: [] });
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(seen).toEqual([["poll"], []]);
});
