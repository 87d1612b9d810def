import { readFileSync } from "node:fs";
import type { NightDispatch } from "@touchline/sdk";
import { expect, test } from "vitest";
import { healthOf, LATE_MS, MAX_DEGRADED_PERCENT, MAX_THROTTLED_POSTS } from "../src/night/health";
import { EMPTY_NIGHT, type Night } from "../src/night/night";

const deadLetters = (counts: Record<string, number>) => ({
  kind: "deadLetters" as const,
  at: "2021-06-11T19:00:00.000Z",
  counts,
});

const NIGHT: Night = {
  ...EMPTY_NIGHT,
  deadLetters: deadLetters({ moments: 0 }),
  match: {
    kind: "match",
    id: "m",
    competition: "Cup",
    stage: "final",
    venue: "Here",
    home: "A",
    away: "B",
    kickOff: "2021-06-11T19:00:00.000Z",
  },
};

function dispatch(minute: number, counts: Record<string, number>): NightDispatch {
  return {
    kind: "dispatch",
    id: `d${minute}`,
    version: minute,
    momentId: null,
    at: `2021-06-11T19:${String(minute).padStart(2, "0")}:00.000Z`,
    viewers: 10,
    rungs: {},
    counts,
    steps: {},
    cohorts: [],
  };
}

/** The night after some versions, each heard of when the clock showed its number in minutes. */
function heard(versions: number[], heardAt: number): Night {
  const versionHeardAt = Object.fromEntries(versions.map((version) => [version, version * 60_000]));
  return { ...NIGHT, versionHeardAt, heardAt };
}

test("a match whose versions reach the screens is healthy", () => {
  const counts = { Sent: 10, Gone: 3, PostRetries: 2, SentWithoutRecommender: 5 };
  expect(healthOf(NIGHT, [dispatch(1, counts)], "open")).toEqual({ level: "healthy", reasons: [] });
});

test.each([
  [{ Sent: 10, Failed: 2 }, "2 screens not reached"],
  [{ Sent: 10, Failed: 1 }, "1 screen not reached"],
  [{ DispatchesExpired: 1 }, "1 dispatch task too late"],
  [{ ComponentsLeftOut: 1 }, "1 component too large to send"],
  [{ Sent: 10, SentWithoutRecommender: 8 }, "80 % of the screens are served without the recommender"],
  [{ PostsThrottled: 101 }, "101 posts throttled"],
])("the counts %o degrade it, with the reason", (counts, reason) => {
  expect(healthOf(NIGHT, [dispatch(1, counts)], "open")).toEqual({ level: "degraded", reasons: [reason] });
});

test("dead letters degrade it", () => {
  const night = { ...NIGHT, deadLetters: deadLetters({ "dispatch-tasks": 3, moments: 1, signals: 0 }) };
  expect(healthOf(night, [], "open").reasons).toEqual([
    "3 dead letters in dispatch-tasks",
    "1 dead letter in moments",
  ]);
});

test("a fault of more than ten minutes ago is over", () => {
  const dispatches = [dispatch(1, { Failed: 2 }), dispatch(12, { Sent: 10 })];
  expect(healthOf(NIGHT, dispatches, "open").level).toBe("healthy");
});

test("a version that reaches no screen degrades it, once it is late", () => {
  const dispatches = [dispatch(4, { Sent: 10 }), dispatch(5, { Sent: 10 })];
  const dueAt = 6 * 60_000 + LATE_MS;
  expect(healthOf(heard([5, 6, 7], dueAt), dispatches, "open").level).toBe("healthy");
  expect(healthOf(heard([5, 6, 7], dueAt + 1), dispatches, "open")).toEqual({
    level: "degraded",
    reasons: ["version 7 reaches no screen: the newest on a screen is version 5"],
  });
  expect(healthOf(heard([4, 5], dueAt + 1), dispatches, "open").level).toBe("healthy");
});

test("it is not known before the first dispatch, which needs a viewer, nor before dead letters are counted", () => {
  expect(healthOf(heard([1], 60 * 60_000), [], "open")).toEqual({
    level: "unknown",
    reasons: ["no version has been sent to a screen yet"],
  });
  expect(healthOf({ ...NIGHT, deadLetters: null }, [dispatch(1, { Sent: 10 })], "open")).toEqual({
    level: "unknown",
    reasons: ["the dead letters have not been counted yet"],
  });
});

test("nothing is known before the match is, nor while the line is lost", () => {
  expect(healthOf(EMPTY_NIGHT, [], "open").level).toBe("unknown");
  expect(healthOf(NIGHT, [dispatch(1, { Sent: 1 })], "waiting").level).toBe("unknown");
});

test("the thresholds are those of the stage's alarms", () => {
  const alarms = readFileSync(new URL("../../../stacks/stage_alarms.py", import.meta.url), "utf8");
  expect(alarms).toContain(`\nMAX_DEGRADED_PERCENT = ${MAX_DEGRADED_PERCENT}\n`);
  expect(alarms).toContain(`\nMAX_THROTTLED_POSTS = ${MAX_THROTTLED_POSTS}\n`);
});
