import { expect, test } from "vitest";
import { placement, version } from "../../../sdk/test/fakes";
import { occasionOf } from "../src/options";

const chance = (id: string) => ({
  ...version(1, 0, 1),
  moment: {
    id,
    type: "BIG_CHANCE",
    period: 1,
    clockSeconds: 60,
    team: "Italy",
    player: null,
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
