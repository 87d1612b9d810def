import { expect, test } from "vitest";
import type { AudienceMessage } from "../src/audienceMessage";
import { choose } from "../src/choice";
import type { Sight, Sights } from "../src/sights";
import { audienceVersion, component, placement, version } from "./fakes";

const SENT_AT = Date.parse(version(1, 0, 60).sentAt);
const NOTHING_SEEN: Sights = new Map();

const panel = (componentId: string, rest: object = {}): { of: ReturnType<typeof component> } => ({
  of: component(componentId),
  ...rest,
});
const ticker = (componentId: string, rest: object = {}): { of: ReturnType<typeof component> } => ({
  of: component(componentId, "ticker"),
  ...rest,
});
const message = (...offered: Parameters<typeof audienceVersion>[3] & object): AudienceMessage =>
  audienceVersion(1, 0, 60, offered);
const seen = (componentId: string, count: number, secondsAgo: number): Sights =>
  new Map<string, Sight>([[componentId, { count, lastAt: SENT_AT - secondsAgo * 1_000 }]]);
const ids = (placements: { componentId: string }[]): string[] => placements.map((each) => each.componentId);

test("a viewer without sights gets the best candidate of each slot, and two alternatives", () => {
  const chosen = choose(
    message(panel("a"), ticker("t"), panel("b"), panel("c"), panel("d"), ticker("u")),
    NOTHING_SEEN,
  );
  expect(chosen.placements).toEqual([placement("a"), { ...placement("t", "ticker"), rank: 2 }]);
  expect(chosen.alternatives.map((each) => [each.componentId, each.rank])).toEqual([
    ["b", 3],
    ["c", 4],
    ["u", 5],
  ]);
  expect({ ...chosen, placements: [], alternatives: [] }).toEqual({ ...version(1, 0, 60), placements: [] });
});

test.each([
  ["a cap that is reached", { rule: "cap", maximum: 3 }, 3, 9_999, "b"],
  ["a cap that is not", { rule: "cap", maximum: 3 }, 2, 0, "a"],
  ["a cool-down that is on", { rule: "cool", seconds: 60 }, 1, 59, "b"],
  ["a cool-down that is over", { rule: "cool", seconds: 60 }, 1, 60, "a"],
])("%s decides whether a component is placed", (_, limit, count, secondsAgo, expected) => {
  const chosen = choose(
    message(panel("a", { limits: [limit] }), panel("b", { above: ["gate", "gate"] })),
    seen("a", count, secondsAgo),
  );
  expect(ids(chosen.placements)).toEqual([expected]);
  expect(chosen.placements[0]?.constraints).toEqual(expected === "a" ? [] : [limit.rule, "gate"]);
  expect(ids(chosen.alternatives)).toEqual(expected === "a" ? ["b"] : []);
});

test("two candidates in conflict are not shown together, and no alternative conflicts with what is shown", () => {
  const offered = message(panel("a"), ticker("t"), ticker("u"), panel("b"), ticker("v"));
  offered.conflicts = [
    [0, 1, "no-bets-beside-quizzes"],
    [2, 3, "one-partner"],
    [3, 4, "one-partner"],
  ];
  const chosen = choose(offered, NOTHING_SEEN);
  expect(ids(chosen.placements)).toEqual(["a", "u"]);
  expect(chosen.placements[1]?.constraints).toEqual(["no-bets-beside-quizzes"]);
  expect(ids(chosen.alternatives)).toEqual(["v"]);
});

test("on calm screens the best three that may be shown take turns; what refused others stays with the place", () => {
  const offered = message(
    panel("a", { limits: [{ rule: "cap", maximum: 1 }] }),
    panel("b", { above: ["gate"] }),
    panel("c"),
    panel("d"),
    panel("e"),
  );
  offered.rotation = 1;
  const chosen = choose(offered, seen("a", 1, 0));
  expect(ids(chosen.placements)).toEqual(["c"]);
  expect(chosen.placements[0]?.constraints).toEqual(["cap", "gate"]);
  expect(ids(chosen.alternatives)).toEqual(["d", "b"]);
});

test.each([
  [[0.05, 0.5], "c", ["b"]],
  [[0.05, 0.99], "d", ["b", "c"]],
  [[0.1, 0.5], "a", ["b", "c"]],
] as const)("a trial with the draws %j shows %s", (draws, shown, others) => {
  const offered = message(panel("a"), panel("b"), panel("c"), panel("d"), panel("e"));
  offered.trial = { share: 0.1, draws: { side_panel: [...draws] } };
  const { placements, alternatives } = choose(offered, NOTHING_SEEN);
  expect(placements).toEqual([placement(shown)]);
  expect(ids(alternatives)).toEqual(others);
});

test("what follows the moment is chosen by the same sights, without alternatives", () => {
  const offered = message(
    panel("goal"),
    panel("table", { limits: [{ rule: "cap", maximum: 1 }] }),
    panel("news"),
  );
  const [goal, table, news] = offered.candidates;
  if (!goal || !table || !news) throw new Error("expected three candidates");
  offered.candidates = [goal];
  offered.afterwards = { candidates: [table, news], conflicts: [], rotation: 0 };
  expect(ids(choose(offered, NOTHING_SEEN).afterwards)).toEqual(["table"]);
  const { alternatives, afterwards } = choose(offered, seen("table", 1, 0));
  expect([ids(alternatives), ids(afterwards)]).toEqual([[], ["news"]]);
});

test("missed versions are chosen each at the time at which it was sent", () => {
  const cooled = panel("a", { limits: [{ rule: "cool", seconds: 60 }] });
  const early = message(cooled, panel("b"));
  const late = { ...message(cooled, panel("b")), version: 2, missed: [early] };
  late.sentAt = new Date(SENT_AT + 60_000).toISOString();
  const chosen = choose(late, seen("a", 1, 0));
  expect([chosen, ...(chosen.missed ?? [])].map((each) => ids(each.placements))).toEqual([["a"], ["b"]]);
});
