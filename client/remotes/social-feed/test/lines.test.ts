import { expect, test } from "vitest";
import { version } from "../../../sdk/test/fakes";
import { entriesOf, lineOf } from "../src/lines";

const seen = (id: number, type: string, player: string | null = null) => ({
  ...version(id, id, id + 1),
  moment: {
    id: String(id),
    type,
    period: 1,
    clockSeconds: id * 60,
    team: "Italy",
    player,
    score: [0, 1] as [number, number],
  },
});
const PAST = [
  seen(1, "BIG_CHANCE", "Ciro Immobile"),
  seen(2, "GOAL", "Ciro Immobile"),
  seen(3, "CORNER"),
  seen(4, "LULL"),
];

test("a feed has everything that happened, newest first", () => {
  expect(entriesOf("fans", PAST, 6).map(lineOf)).toEqual([
    "Corner for Italy",
    "Goal: Ciro Immobile (0–1)",
    "Big chance for Ciro Immobile",
  ]);
});

test("the score stands beside what it belongs to", () => {
  const lines = ["HALF_TIME", "ADDED_TIME"].map((type) => lineOf(seen(5, type).moment));
  expect(lines).toEqual(["Half-time (0–1)", "Added time"]);
});

test("the best moments leave out what nobody watches again", () => {
  expect(entriesOf("moments", PAST, 6).map(({ type }) => type)).toEqual(["GOAL", "BIG_CHANCE"]);
});

test("a feed has the newest entries that fit", () => {
  expect(entriesOf("fans", PAST, 1).map(({ type }) => type)).toEqual(["CORNER"]);
});
