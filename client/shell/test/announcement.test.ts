import type { Components, Placement } from "@touchline/sdk";
import { expect, test } from "vitest";
import { version } from "../../sdk/test/fakes";
import { withoutSelling } from "../src/regions/withoutSelling";
import { announcementAt, SILENCE } from "../src/stage/announcement";

function message(second: number, type: string, score: [number, number] = [0, 0]): Components {
  const moment = {
    id: `m${second}`,
    type,
    period: 1,
    clockSeconds: second,
    team: "Italy",
    player: null,
    score,
  };
  return { ...version(second, second, second + 60), moment, score };
}

const at =
  (second: number) =>
  (programmeMs: number): number =>
    second - programmeMs / 1_000;
const goal = message(100, "GOAL", [1, 0]);

test.each([
  ["before it", 99, null, null, false],
  ["in its first seconds", 102, "m100", null, true],
  ["after the band", 105, null, "m100", true],
  ["after twenty seconds", 121, null, null, false],
])("%s, a goal's band, card and quiet are right", (_when, second, band, card, isQuiet) => {
  const past = second < 100 ? [] : [message(50, "KICK_OFF"), goal];
  const found = announcementAt(past, at(second));
  expect([found.band?.id ?? null, found.card?.moment.id ?? null, found.isQuiet]).toEqual([
    band,
    card,
    isQuiet,
  ]);
});

test("a card shortly after a goal has its own band, and the goal's card comes back", () => {
  const past = [goal, message(108, "YELLOW_CARD", [1, 0])];
  expect(announcementAt(past, at(109))).toMatchObject({ band: { id: "m108" }, card: null, isQuiet: true });
  expect(announcementAt(past, at(113))).toMatchObject({ band: null, card: { moment: { id: "m100" } } });
});

test("what happened before the stream began is not announced", () => {
  expect(announcementAt([goal], () => null)).toEqual(SILENCE);
});

test("while nothing is sold, the slots of what sells are empty", () => {
  const placement = (componentId: string, type: string, slot: Placement["slot"]): Placement => ({
    ...(version(1, 0, 1).placements[0] as Placement),
    componentId,
    type,
    slot,
  });
  const screen = {
    message: goal,
    placements: [
      placement("shirt", "merchandise", "side_panel"),
      placement("card", "player_card", "overlay"),
    ],
    alternatives: [placement("poll", "live_poll", "side_panel"), placement("bet", "bet_slip", "overlay")],
  };
  const left = withoutSelling(screen);
  expect(left?.placements.map(({ componentId }) => componentId)).toEqual(["card"]);
  expect(left?.alternatives).toEqual([]);
});
