import { expect, test } from "vitest";
import { programmeTime } from "../src/player/programmeTime";

const segments = (...dates: number[]) =>
  dates.map((programDateTime, index) => ({ start: index * 2, duration: 2, programDateTime }));

test("an ordinary stream has the rate 1", () => {
  expect(programmeTime(segments(10_000, 12_000), 1.5)).toEqual({ programmeMs: 11_500, rate: 1 });
});

test("a match replayed ten times as fast has the rate 10, in the last segment too", () => {
  expect(programmeTime(segments(10_000, 30_000), 1)).toEqual({ programmeMs: 20_000, rate: 10 });
  expect(programmeTime(segments(10_000, 30_000), 3)).toEqual({ programmeMs: 40_000, rate: 10 });
});

test("a stream without program date times has no programme time", () => {
  expect(programmeTime([{ start: 0, duration: 2, programDateTime: null }], 1)).toBeNull();
  expect(programmeTime([], 1)).toBeNull();
});
