import { expect, test } from "vitest";
import { positionOf, programmeTime, type Segment } from "../src/player/programmeTime";

/** Segments of two seconds with these programme times, all dated by the playlist. */
const segments = (...dates: number[]): Segment[] =>
  dates.map((programDateTime, index) => ({
    start: index * 2,
    duration: 2,
    programDateTime,
    rawProgramDateTime: new Date(programDateTime).toISOString(),
    cc: 0,
  }));

test("an ordinary stream has the rate 1", () => {
  expect(programmeTime(segments(10_000, 12_000), 1.5)).toEqual({ programmeMs: 11_500, rate: 1 });
});

test("a match replayed ten times as fast has the rate 10, in the last segment too", () => {
  const replayed = segments(10_000, 30_000, 50_000);
  expect(programmeTime(replayed, 1)).toEqual({ programmeMs: 20_000, rate: 10 });
  expect(programmeTime(replayed, 5)).toEqual({ programmeMs: 60_000, rate: 10 });
});

test("a stream without program date times has no programme time", () => {
  const undated = { start: 0, duration: 2, programDateTime: null, rawProgramDateTime: null, cc: 0 };
  expect(programmeTime([undated], 1)).toBeNull();
  expect(programmeTime([], 1)).toBeNull();
});

test("programme time does not run into a jump", () => {
  // The programme skips an hour between the third and the fourth segment.
  const jump = segments(10_000, 12_000, 14_000, 3_614_000, 3_616_000, 3_618_000);
  for (let position = 0; position < 6; position += 0.25) {
    expect(programmeTime(jump, position)).toEqual({ programmeMs: 10_000 + position * 1_000, rate: 1 });
  }
  expect(programmeTime(jump, 6)).toEqual({ programmeMs: 3_614_000, rate: 1 });
  // It goes back an hour.
  const back = segments(3_614_000, 3_616_000, 10_000, 12_000);
  expect(programmeTime(back, 3)).toEqual({ programmeMs: 3_617_000, rate: 1 });
  expect(programmeTime(back, 4.5)).toEqual({ programmeMs: 10_500, rate: 1 });
  // With two segments only, a jump cannot be told from a replay at a higher speed.
  expect(programmeTime(segments(10_000, 3_610_000), 1)).toEqual({ programmeMs: 11_000, rate: 1 });
});

test("programme time stands still while two segments have the same time", () => {
  // A replay at ten times the speed waits in its third segment.
  const waiting = segments(10_000, 30_000, 50_000, 50_000, 70_000, 90_000);
  expect(programmeTime(waiting, 5)).toEqual({ programmeMs: 50_000, rate: 0 });
  expect(programmeTime(waiting, 7)).toEqual({ programmeMs: 60_000, rate: 10 });
  expect([49_999, 50_000, 60_000].map((time) => positionOf(waiting, time))).toEqual([3.9999, 6, 7]);
});

test("programme time does not run beyond the end of the last segment", () => {
  expect(programmeTime(segments(10_000, 12_000), 30)).toEqual({ programmeMs: 14_000, rate: 1 });
});

test("programme time is unknown in an advert without dates of its own", () => {
  const [one, two, three, four] = segments(10_000, 12_000, 14_000, 44_000) as [
    Segment,
    Segment,
    Segment,
    Segment,
  ];
  const advert = { ...three, rawProgramDateTime: null, cc: 1 };
  const playlist = [one, two, advert, { ...four, cc: 2 }];
  expect(programmeTime(playlist, 3.9)?.programmeMs).toBeCloseTo(13_900);
  expect(programmeTime(playlist, 4.1)).toBeNull();
  expect(programmeTime(playlist, 6)).toEqual({ programmeMs: 44_000, rate: 1 });
  // The dates of a playlist that dates its first segment only are those that hls.js computes from it.
  const once = segments(10_000, 12_000).map((each) => ({ ...each, rawProgramDateTime: null }));
  expect(programmeTime(once, 3)).toEqual({ programmeMs: 13_000, rate: 1 });
});

test("the position of a programme time is where the picture reaches it", () => {
  const replayed = segments(10_000, 30_000, 50_000);
  expect(positionOf(replayed, 40_000)).toBe(3);
  for (const position of [0, 0.5, 2, 5.5])
    expect(positionOf(replayed, programmeTime(replayed, position)?.programmeMs ?? 0)).toBeCloseTo(position);
});

test("a programme time that no segment holds has no position", () => {
  expect(positionOf(segments(10_000, 12_000), 9_000)).toBeNull();
  expect(positionOf(segments(10_000, 12_000), 14_500)).toBeNull();
  expect(positionOf([], 10_000)).toBeNull();
});

test("a programme time in a gap of the stream is where the picture goes on", () => {
  expect(positionOf(segments(10_000, 12_000, 60_000, 62_000), 30_000)).toBe(4);
});
