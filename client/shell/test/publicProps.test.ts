import { expect, test } from "vitest";
import { placement, version } from "../../sdk/test/fakes";
import type { Match } from "../src/config";
import { publicProps } from "../src/remotes/frame/publicProps";

const TEAM = { name: "Italy", colour: "blue", players: [] };
const MATCH: Match = {
  id: "m",
  home: TEAM,
  away: TEAM,
  kickOff: "2021-06-11T19:00:00Z",
  competition: "Euro 2020",
  venue: "Rome",
  stream: "https://video.example/live.m3u8?key=of-this-viewer",
};

test("a frame learns nothing about the viewer, the other placements or the stream", () => {
  const shown = { ...placement("advert"), constraints: ["adults-only"] };
  const message = {
    ...version(3, 0, 60),
    placements: [shown, placement("rival")],
    missed: [version(2, 0, 60)],
  };
  const props = publicProps(shown, message, [message], MATCH);
  expect(props.placement).toMatchObject({ componentId: "advert", signature: null, recommendationId: null });
  const text = JSON.stringify(props);
  for (const secret of ["rival", "1623441600", "adults-only", "video.example", '"r"'])
    expect(text).not.toContain(secret);
});

test("a frame gets what happened", () => {
  const message = version(3, 0, 60);
  const { message: shared, past } = publicProps(placement("advert"), message, [message], MATCH);
  expect(shared).toMatchObject({ version: 3, moment: message.moment, score: message.score });
  expect(past).toHaveLength(1);
});
