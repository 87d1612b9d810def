import type { Playhead } from "@touchline/sdk";

/** What a playlist tells of one segment: where it lies on the player's time line, and in the programme's time. */
export interface Segment {
  start: number;
  duration: number;
  programDateTime: number | null;
}

/**
 * The programme time at a position of the player's time line (seconds), and how fast it runs there.
 *
 * Between the program date times of two segments that follow one another, time is interpolated: in an ordinary
 * stream it runs at one second a second; where a match is replayed faster than it was played, faster.
 */
export function programmeTime(segments: Segment[], position: number): Playhead | null {
  const index = segments.findLastIndex((each) => each.start <= position + 1e-3);
  const segment = segments[Math.max(0, index)];
  if (!segment?.programDateTime) return null;
  const rate = rateOf(segments, Math.max(0, index));
  return { programmeMs: segment.programDateTime + (position - segment.start) * 1_000 * rate, rate };
}

/** The segment's own pace; the last segment keeps the pace of the one before it. */
function rateOf(segments: Segment[], index: number): number {
  const from = segments[index];
  const to = segments[index + 1];
  if (!from) return 1;
  if (to?.programDateTime && from.programDateTime && from.duration > 0) {
    return (to.programDateTime - from.programDateTime) / 1_000 / from.duration;
  }
  return index > 0 ? rateOf(segments, index - 1) : 1;
}
