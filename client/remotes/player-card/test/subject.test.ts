import type { Programme } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import { expect, test } from "vitest";
import { subjectOf } from "../src/subject";

const programme = {
  home: { name: "Turkey", players: [{ name: "Uğurcan Çakır", number: 23, position: "Goalkeeper" }] },
  away: { name: "Italy", players: [{ name: "Ciro Immobile", number: 17, position: "Center Forward" }] },
} as unknown as Programme;

function about(subject?: object): Placement {
  return { properties: subject ? { subject } : {} } as Placement;
}

test("the subject is the person whom the placement names, with their number", () => {
  const subject = subjectOf(
    about({ player: "Ciro Immobile", team: "Italy", side: "away", minute: "66" }),
    programme,
  );
  expect([subject?.name, subject?.team.name, subject?.player?.number]).toEqual([
    "Ciro Immobile",
    "Italy",
    17,
  ]);
});

test("a person who is not in the line-ups is named without a number", () => {
  const subject = subjectOf(about({ player: "A Newcomer", side: "home", minute: "70" }), programme);
  expect([subject?.name, subject?.team.name, subject?.player]).toEqual(["A Newcomer", "Turkey", undefined]);
});

test("nobody is guessed from the moment", () => {
  expect(subjectOf(about(), programme)).toBeNull();
});
