import { expect, test } from "vitest";
import { placement, version } from "../../../sdk/test/fakes";
import { occasionOf, optionsOf } from "../src/options";

const chance = (id: string, player: string | null = null, type = "BIG_CHANCE") => ({
  ...version(1, 0, 1),
  moment: {
    id,
    type,
    period: 1,
    clockSeconds: 60,
    team: "Italy",
    player,
    score: [0, 0] as [number, number],
  },
});
const poll = (asked_per?: string) => ({ ...placement("poll"), properties: asked_per ? { asked_per } : {} });

test("a poll asks again after each goal", () => {
  const later = { ...version(2, 1, 2), score: [0, 1] as [number, number] };
  expect(occasionOf(poll(), version(1, 0, 1))).not.toBe(occasionOf(poll(), later));
  expect(occasionOf(poll(), version(1, 0, 1))).toBe(occasionOf(poll(), version(2, 1, 2)));
});

test("a poll about a moment asks again at each moment", () => {
  expect(occasionOf(poll("moment"), chance("one"))).not.toBe(occasionOf(poll("moment"), chance("two")));
});

test("a poll about the match asks once", () => {
  const later = { ...chance("two"), score: [3, 1] as [number, number] };
  expect(occasionOf(poll("match"), chance("one"))).toBe(occasionOf(poll("match"), later));
});

const player = (name: string, position: string) => ({ name, number: 9, position });
const programme = {
  id: "m",
  home: {
    name: "Turkey",
    colour: "#e11d48",
    players: [player("Uğurcan Çakır", "Goalkeeper"), player("Burak Yılmaz", "Center Forward")],
  },
  away: {
    name: "Italy",
    colour: "#2563eb",
    players: [player("Gianluigi Donnarumma", "Goalkeeper"), player("Ciro Immobile", "Center Forward")],
  },
  kickOff: "",
  competition: "",
  venue: "",
};
const choose = (...options: string[]) => ({ ...placement("poll"), properties: { options } });

test("a poll about the teams has their names", () => {
  expect(optionsOf(choose("Home", "Away", "Nobody"), [], programme)).toEqual(["Turkey", "Italy", "Nobody"]);
});

test("the players of the match are those who did most, then the forwards of both teams", () => {
  const past = [
    chance("1", "Lorenzo Insigne"),
    chance("2", "Domenico Berardi", "GOAL"),
    chance("3", "Merih Demiral", "OWN_GOAL"),
  ];
  expect(optionsOf(choose("line-ups"), past, programme)).toEqual([
    "Domenico Berardi",
    "Lorenzo Insigne",
    "Burak Yılmaz",
    "Ciro Immobile",
    "Uğurcan Çakır",
  ]);
});
