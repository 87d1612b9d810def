import { expect, test } from "vitest";
import { version } from "../../../sdk/test/fakes";
import { playersOf } from "../src/players";

const ITALY = {
  name: "Italy",
  colour: "#2563eb",
  players: [
    { name: "Ciro Immobile", number: 17, position: "Center Forward" },
    { name: "Manuel Locatelli", number: 5, position: "Center Midfield" },
    { name: "Gianluigi Donnarumma", number: 21, position: "Goalkeeper" },
    { name: "Andrea Belotti", number: 9, position: null },
    { name: "Federico Chiesa", number: 14, position: null },
  ],
};
const seen = (number: number, type: string, player: string, team = "Italy") => ({
  ...version(number, number, number + 1),
  moment: {
    id: String(number),
    type,
    period: 2,
    clockSeconds: number,
    team,
    player,
    score: [0, 1] as [number, number],
  },
});

test("a line-up has those who started from the back to the front, then those who came on", () => {
  const past = [seen(1, "SUBSTITUTION", "Andrea Belotti")];
  expect(playersOf(ITALY, past).map(({ player }) => player.number)).toEqual([21, 5, 17, 9]);
});

test("each player has what the viewer has seen of them", () => {
  const past = [
    seen(1, "GOAL", "Ciro Immobile"),
    seen(2, "CORNER", "Manuel Locatelli"),
    seen(3, "YELLOW_CARD", "Ciro Immobile", "Turkey"),
    seen(4, "OWN_GOAL", "Manuel Locatelli", "Turkey"),
  ];
  const found = playersOf(ITALY, past).map(({ moments }) => moments.map(({ type }) => type));
  expect(found).toEqual([[], ["OWN_GOAL"], ["GOAL"]]);
});
