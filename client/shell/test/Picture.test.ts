// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { Picture } from "../src/player/Picture";
import type { Segment } from "../src/player/programmeTime";

const AT = Date.parse("2021-06-11T19:00:00.000Z");
let video: Record<"currentTime" | "playbackRate" | "readyState", number> &
  Record<"paused" | "seeking", boolean>;
let segments: Segment[];
let picture: Picture;

beforeEach(() => {
  video = { currentTime: 10, playbackRate: 1, readyState: 4, paused: false, seeking: false };
  segments = Array.from({ length: 30 }, (_, index) => ({
    start: index * 2,
    duration: 2,
    programDateTime: AT + index * 2_000,
    rawProgramDateTime: "dated",
    cc: 0,
  }));
  picture = new Picture(video as HTMLVideoElement, () => segments);
});

test("the position is unknown before the first picture", () => {
  video.readyState = 1;
  expect(picture.playhead()).toBeNull();
});

test("a paused or stalled picture has the rate 0", () => {
  expect(picture.playhead()).toEqual({ programmeMs: AT + 10_000, rate: 1 });
  video.paused = true;
  expect(picture.playhead()).toEqual({ programmeMs: AT + 10_000, rate: 0 });
  Object.assign(video, { paused: false, readyState: 2 });
  expect(picture.playhead()?.rate).toBe(0);
});

test.each([50, 2])(
  "while the viewer seeks to second %d the position is that of the old picture",
  (target) => {
    picture.playhead();
    Object.assign(video, { seeking: true, currentTime: target });
    expect(picture.playhead()).toEqual({ programmeMs: AT + 10_000, rate: 0 });
    video.readyState = 1;
    expect(picture.playhead()).toEqual({ programmeMs: AT + 10_000, rate: 0 });
    Object.assign(video, { seeking: false, readyState: 4 });
    expect(picture.playhead()).toEqual({ programmeMs: AT + target * 1_000, rate: 1 });
  },
);

test("in an advert the position stays where the programme was left", () => {
  segments = segments.map((each, index) =>
    index < 6 ? each : { ...each, rawProgramDateTime: null, cc: index < 10 ? 1 : 2 },
  );
  segments[10] = { ...(segments[10] as Segment), rawProgramDateTime: "dated" };
  video.currentTime = 11.5;
  picture.playhead();
  for (video.currentTime = 12; video.currentTime < 20; video.currentTime += 0.5)
    expect(picture.playhead()).toEqual({ programmeMs: AT + 11_500, rate: 0 });
  expect(picture.playhead()).toEqual({ programmeMs: AT + 20_000, rate: 1 });
});

test("in a fast replay what was reached stays reached when a rate was guessed too high", () => {
  // GIVEN a replay at ten times the speed, which slows down in a segment whose rate is not known yet
  const replayed = (...seconds: number[]): Segment[] =>
    seconds.map((second, index) => ({
      start: index,
      duration: 1,
      programDateTime: AT + second * 1_000,
      rawProgramDateTime: "dated",
      cc: 0,
    }));
  segments = replayed(0, 10, 20, 30);
  video.currentTime = 3.8;
  expect(picture.playhead()).toEqual({ programmeMs: AT + 38_000, rate: 10 });
  // WHEN the next segments are listed, THEN the picture waits until it is there
  segments = replayed(0, 10, 20, 30, 35, 40, 45);
  for (const position of [3.9, 4, 4.5]) {
    video.currentTime = position;
    expect(picture.playhead()).toEqual({ programmeMs: AT + 38_000, rate: 5 });
  }
  video.currentTime = 4.8;
  expect(picture.playhead()).toEqual({ programmeMs: AT + 39_000, rate: 5 });
  // AND a viewer who goes back is back
  video.currentTime = 4.5;
  expect(picture.playhead()).toEqual({ programmeMs: AT + 37_500, rate: 5 });
});

test("a programme that goes back is followed", () => {
  video.currentTime = 10;
  picture.playhead();
  segments = segments.map((each) => ({ ...each, programDateTime: (each.programDateTime ?? 0) - 3_600_000 }));
  video.currentTime = 11;
  expect(picture.playhead()).toEqual({ programmeMs: AT + 11_000 - 3_600_000, rate: 1 });
});
