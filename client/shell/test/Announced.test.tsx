// @vitest-environment jsdom
import type { Moment } from "@touchline/sdk";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import type { Match } from "../src/config";
import { Announced } from "../src/stage/Announced";
import { type Announcement, SILENCE } from "../src/stage/announcement";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const TURKEY = "rgb(225, 29, 72)";
const ITALY = "rgb(37, 99, 235)";
const MATCH = {
  home: {
    name: "Turkey",
    colour: "#e11d48",
    players: [{ name: "Merih Demiral", number: 3, position: null }],
  },
  away: {
    name: "Italy",
    colour: "#2563eb",
    players: [{ name: "Ciro Immobile", number: 17, position: null }],
  },
} as unknown as Match;

function moment(type: string, team: string, player: string | null): Moment {
  return { id: "m", type, period: 2, clockSeconds: 470, team, player, score: [0, 1] };
}

async function shown(announcement: Partial<Announcement>): Promise<Element> {
  const element = document.createElement("div");
  const all = { ...SILENCE, ...announcement };
  await act(async () =>
    createRoot(element).render(<Announced announcement={all} match={MATCH} watchAgain={() => undefined} />),
  );
  return element;
}

test.each([
  ["a goal", moment("GOAL", "Italy", "Ciro Immobile"), "GoalCiro Immobile · Italy0–1"],
  ["an own goal", moment("OWN_GOAL", "Italy", "Merih Demiral"), "Own goalMerih Demiral · for Italy0–1"],
])("the band of %s has the colour of the team that gains by it", async (_what, said, words) => {
  const band = (await shown({ band: said })).querySelector<HTMLElement>(".goal-band");
  expect(band?.textContent).toBe(words);
  expect(band?.style.background).toBe(ITALY);
});

test.each([
  ["a red card", "RED_CARD", "Red cardMerih Demiral · Turkey", ".shown-card.red"],
  ["a substitution", "SUBSTITUTION", "SubstitutionMerih Demiral · Turkey", "svg"],
])("the band of %s has its symbol and the team's colour", async (_what, type, words, symbol) => {
  const band = (await shown({ band: moment(type, "Turkey", "Merih Demiral") })).querySelector(".band");
  expect(band?.textContent).toBe(words);
  expect(band?.querySelector(symbol)).not.toBeNull();
  expect(band?.querySelector<HTMLElement>(".team-edge")?.style.background).toBe(TURKEY);
});

test.each([
  ["a goal", moment("GOAL", "Italy", "Ciro Immobile"), "17", ITALY, "Goal"],
  ["an own goal", moment("OWN_GOAL", "Italy", "Merih Demiral"), "3", TURKEY, "Own goal"],
])("the card of %s has the scorer's number in the colour of the scorer's team", async (...given) => {
  const [, said, number, colour, what] = given;
  const card = (await shown({ card: { moment: said, programmeMs: 0 } })).querySelector(".goal-card");
  const shirt = card?.querySelector<HTMLElement>(":scope > b");
  expect([shirt?.textContent, shirt?.style.background]).toEqual([number, colour]);
  expect(card?.textContent).toContain(`${said.player}${what} · 53′ · 0–1`);
});

test("the card of a goal without a scorer names the team", async () => {
  const card = (
    await shown({ card: { moment: moment("GOAL", "Italy", null), programmeMs: 0 } })
  ).querySelector(".goal-card");
  expect(card?.querySelector(":scope > b")).toBeNull();
  expect(card?.querySelector("strong")?.textContent).toBe("Italy");
});
