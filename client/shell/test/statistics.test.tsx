// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import type { Match } from "../src/config";
import { StatisticsTable } from "../src/statistics/StatisticsTable";
import { readStatistics, type Statistics, statisticsAt } from "../src/statistics/statistics";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const UPDATES: Statistics[] = [
  { at: "2021-06-11T19:10:00.000Z", shots: [1, 0] },
  { at: "2021-06-11T19:20:00.000Z", shots: [1, 1], corners: [0, 0] },
];
const MATCH = {
  home: { name: "Turkey", colour: "#e11d48", players: [] },
  away: { name: "Italy", colour: "#2563eb", players: [] },
} as unknown as Match;

afterEach(() => vi.unstubAllGlobals());

test("the statistics are those of the picture's position, also after seeking back", () => {
  const at = (time: string): Statistics | null =>
    statisticsAt(UPDATES, Date.parse(`2021-06-11T19:${time}.000Z`));
  expect(at("09:59")).toBeNull();
  expect([at("10:00"), at("19:59")]).toEqual([UPDATES[0], UPDATES[0]]);
  expect(at("20:00")).toBe(UPDATES[1]);
  expect(statisticsAt(UPDATES, null)).toBeNull();
});

test("a document that is not there says so", async () => {
  vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
  await expect(readStatistics("/statistics.json")).rejects.toThrow("expected status 200, got 404");
});

test("each team's number stands beside what was counted, and what neither has is left out", async () => {
  const element = document.createElement("div");
  const root = createRoot(element);
  await act(async () => root.render(<StatisticsTable match={MATCH} now={null} />));
  expect(element.textContent).toBe("");
  await act(async () => root.render(<StatisticsTable match={MATCH} now={UPDATES[1] ?? null} />));
  const rows = [...element.querySelectorAll("tr")].map((row) => row.textContent);
  expect(rows).toEqual(["TurkeyItaly", "1Shots1"]);
});
