import { expect, test } from "vitest";
import { placement, version } from "../../sdk/test/fakes";
import { candidates } from "../src/remotes/candidates";

const POLL = placement("poll");
const CHAT = { ...placement("chat"), type: "chat" };
const screen = {
  message: version(1, 0, 60),
  placements: [POLL],
  alternatives: [CHAT, placement("other", "ticker")],
};

test("a slot's placement comes before its alternatives", () => {
  expect(candidates(screen, "side_panel", new Set())).toEqual([POLL, CHAT]);
});

test("a type that the viewer wants less of comes last", () => {
  expect(candidates(screen, "side_panel", new Set(), ["live_poll"])).toEqual([CHAT, POLL]);
});

test("a component that is switched off is no candidate", () => {
  expect(candidates(screen, "side_panel", new Set(["poll"]))).toEqual([CHAT]);
});
