// @vitest-environment jsdom
import type { Programme } from "@touchline/kit";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { placement, version } from "../../../sdk/test/fakes";
import WinProbability from "../src";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const team = (name: string) => ({ name, colour: "#000", players: [] });
const programme: Programme = {
  id: "m",
  home: team("Turkey"),
  away: team("Italy"),
  kickOff: "",
  competition: "",
  venue: "",
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the chances are those of the viewer's minute, not of the last moment", async () => {
  // GIVEN a card in minute 2 at 0-0, and a picture that has just reached it
  const base = version(1, 600, 660);
  const moment = {
    id: "m",
    type: "YELLOW_CARD",
    period: 1,
    clockSeconds: 60,
    team: null,
    player: null,
    score: base.score,
  };
  const message = { ...base, moment, columns: { ...base.columns, MATCH_PHASE: "first_half" } };
  let picture = Date.parse(message.media.notBefore);
  const programmeMs = (): number => picture;
  const element = document.createElement("div");
  const shown = {
    placement: placement("win"),
    message,
    past: [message],
    programme,
    programmeMs,
    viewer: "Giulia",
  };
  await act(async () => createRoot(element).render(<WinProbability {...shown} interact={() => undefined} />));
  expect(element.textContent).toContain("At 2′");
  const drawAtFirst = draw(element);
  // WHEN 38 minutes pass without a message
  picture += 38 * 60_000;
  await act(async () => vi.advanceTimersByTime(1_000));
  // THEN the component shows minute 40, when a draw is likelier than at the start
  expect(element.textContent).toContain("At 40′");
  expect(draw(element)).toBeGreaterThan(drawAtFirst);
});

function draw(element: HTMLElement): number {
  return Number.parseInt(element.querySelector(".draw dd")?.textContent ?? "", 10);
}
