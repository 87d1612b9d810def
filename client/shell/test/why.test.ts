import { readFileSync } from "node:fs";
import type { Components, Moment } from "@touchline/sdk";
import { expect, test } from "vitest";
import { placement, version } from "../../sdk/test/fakes";
import { CLAUSES } from "../src/regions/clauses";
import { whyOf } from "../src/regions/why";
import { loadTexts } from "../src/texts";

const GOAL: Moment = {
  id: "g",
  type: "GOAL",
  period: 2,
  clockSeconds: 450,
  team: "Italy",
  player: "Ciro Immobile",
  score: [0, 1],
};
const CARD = placement("card");

function message(changes: Partial<Components> = {}): Components {
  return { ...version(1, 0, 60), placements: [CARD], moment: GOAL, ...changes };
}

test("a goal is the reason of what it brought to the screen", () => {
  const why = whyOf({ ...CARD, constraints: ["does-not-fit", "no-quiz-after-a-goal"] }, message(), "");
  expect(why.rules).toEqual(["No quiz after a goal"]);
  expect(whyOf(CARD, message(), "for Italy, aged 25-34")).toEqual({
    headline: "Because Italy scored",
    moment: "53′ Goal: Ciro Immobile, 0–1",
    choice: "Viewers like you: for Italy, aged 25-34",
    rules: [],
  });
});

test("a rule is a sentence in the page's language; one that has none there is its id", async () => {
  const constraints = ["no-quiz-after-a-goal", "our-own-rule"];
  await loadTexts("it");
  const { rules } = whyOf({ ...CARD, constraints }, message(), "");
  await loadTexts("en");
  expect(rules).toEqual(["Niente quiz dopo un gol", "Our own rule"]);
});

test.each([
  ["after the moment", message({ placements: [], afterwards: [CARD] })],
  ["in a lull", message({ moment: { ...GOAL, type: "LULL" } })],
  ["before the first moment", message({ moment: null })],
  ["for a component that stays from an earlier version", message({ placements: [], rung: "keep" })],
])("%s the phase of the match is the reason", (_when, sent) => {
  const why = whyOf(CARD, sent, "");
  expect([why.headline, why.moment]).toEqual(["For this part of the first half", null]);
});

test("a moment of a type that the app does not know is named", () => {
  const why = whyOf(CARD, message({ moment: { ...GOAL, type: "GOALKEEPER_SCORES" } }), "");
  expect(why.headline).toBe("Goalkeeper scores: Ciro Immobile");
});

test("a moment without a team or a player still reads as a sentence", () => {
  const headline = (type: string) =>
    whyOf(CARD, message({ moment: { ...GOAL, type, team: null, player: null } }), "").headline;
  expect([headline("CORNER"), headline("RED_CARD")]).toEqual([
    "Because a team have a corner",
    "Because a player was sent off",
  ]);
});

test("every type of moment in which something happens has a clause", () => {
  const types = readFileSync(new URL("../../../domain/moment.py", import.meta.url), "utf8")
    .split("class MomentType")[1]
    ?.split("\n\n\n")[0]
    ?.match(/(?<=^ {4})[A-Z_]+(?= =)/gm);
  expect(types).toContain("GOAL");
  expect(types?.filter((type) => type !== "LULL" && !(type in CLAUSES))).toEqual([]);
});
