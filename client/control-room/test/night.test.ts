import type { NightCohort, NightContext, NightDispatch, NightEntry, NightMoment } from "@touchline/sdk";
import { describe, expect, it } from "vitest";
import { cohorts, overview, quantile, totals } from "../src/night/figures";
import { EMPTY_NIGHT, withEntries } from "../src/night/night";

const moment = (id: string, changes: Partial<NightMoment> = {}): NightMoment => ({
  kind: "moment",
  id,
  type: "GOAL",
  period: 1,
  clockSeconds: 60,
  team: "Italy",
  player: null,
  score: [0, 1],
  occurredAt: "2021-06-11T19:01:00.000Z",
  source: "analytics",
  retracted: false,
  detectedAfterMs: 9,
  ...changes,
});
const context = (version: number): NightContext => ({
  kind: "context",
  version,
  score: [0, version],
  phase: "first_half",
  momentId: null,
  frozen: [],
  trace: {},
  columns: {
    MATCH_EVENT: "goal",
    SCORE_DIFFERENCE: "level",
    MATCH_PHASE: "first_half",
    TEAM_COMPOSITION: "even",
    OCCASION: "group@home_ground",
  },
});
const dispatch = (id: string, version: number, viewers: number): NightDispatch => ({
  kind: "dispatch",
  id,
  version,
  momentId: null,
  at: "2021-06-11T19:01:00.000Z",
  viewers,
  rungs: { cohort: viewers },
  counts: { Sent: viewers },
  steps: { post: 10 },
  cohorts: [
    {
      cohort: "Italy|25-34|IT|premium",
      viewers,
      rung: "cohort",
      placements: { overlay: "poll" },
      refused: {},
    },
  ],
});

const sent = (entries: NightEntry[], sentAt = "2021-06-11T19:01:00.000Z") => ({ entries, sentAt });

describe("the night", () => {
  it("adds the components of a continued entry, and replaces them by a new list", () => {
    const component = (id: string) => ({ id, title: id, slot: "overlay" as const, type: "poll" });
    const first = { kind: "components" as const, components: [component("a"), component("b")] };
    const second = { kind: "components" as const, continued: true as const, components: [component("c")] };
    const night = withEntries(EMPTY_NIGHT, sent([first, second]));
    expect(night.components.map((each) => each.id)).toEqual(["a", "b", "c"]);
    expect(withEntries(night, sent([first])).components.map((each) => each.id)).toEqual(["a", "b"]);
  });

  it("keeps a repeated entry once", () => {
    const night = withEntries(
      EMPTY_NIGHT,
      sent([moment("a"), moment("b"), moment("a", { retracted: true })]),
    );
    expect(Object.keys(night.moments)).toEqual(["a", "b"]);
    expect(night.moments.a?.retracted).toBe(true);
  });

  it("ignores an older version", () => {
    expect(withEntries(EMPTY_NIGHT, sent([context(2), context(1)])).context?.version).toBe(2);
  });

  it("keeps when it first heard of each version", () => {
    const first = withEntries(EMPTY_NIGHT, sent([context(1)], "2021-06-11T19:01:00.000Z"));
    const later = withEntries(first, sent([context(1), context(2)], "2021-06-11T19:01:20.000Z"));
    expect(later.versionHeardAt).toEqual({
      1: Date.parse("2021-06-11T19:01:00.000Z"),
      2: Date.parse("2021-06-11T19:01:20.000Z"),
    });
    expect(later.heardAt).toBe(Date.parse("2021-06-11T19:01:20.000Z"));
  });

  it("keeps the cohorts when a later entry leaves them out", () => {
    const night = withEntries(
      EMPTY_NIGHT,
      sent([dispatch("d", 1, 3), { ...dispatch("d", 1, 3), cohorts: [] }]),
    );
    expect(night.dispatches.d?.cohorts).toHaveLength(1);
  });
});

describe("the figures", () => {
  it("add up the shards of the newest version", () => {
    const seen = cohorts([dispatch("a", 1, 9), dispatch("b", 2, 3), dispatch("c", 2, 4)]);
    expect(seen.map(({ viewers }) => viewers)).toEqual([7]);
    expect(totals([dispatch("a", 1, 9), dispatch("b", 2, 3)], ({ counts }) => counts)).toEqual({ Sent: 12 });
  });

  it("has no quantile of an empty list", () => {
    expect([quantile([], 0.5), quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 1)]).toEqual([null, 2, 3]);
  });

  it("sum up what all cohorts see, and what was refused to how many", () => {
    const first = dispatch("a", 1, 30).cohorts[0];
    const second = {
      ...first,
      cohort: "Turkey|25-34|TR|free",
      viewers: 10,
      placements: {},
      refused: { quiz: "no-quiz" },
    };
    const all = overview([first, second] as NightCohort[], ["overlay", "ticker"]);
    expect(all).toEqual({
      viewers: 40,
      cohorts: 2,
      slots: [
        { slot: "overlay", components: [{ id: "poll", viewers: 30 }] },
        { slot: "ticker", components: [] },
      ],
      refused: [{ rule: "no-quiz", ids: ["quiz"], viewers: 10 }],
    });
  });
});
