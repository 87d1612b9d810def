import type { Playhead } from "@touchline/sdk";

/** A segment of a playlist: its start on the player's timeline, its duration, and its programme time. */
export interface Segment {
  start: number;
  duration: number;
  programDateTime: number | null;
}

/**
 * Return the programme time at a position of the player's timeline (in seconds), and its rate there.
 *
 * Programme time is interpolated between the program date times of consecutive segments. Its rate is 1 in an ordinary
 * stream, and higher in the stream of a replay at a higher speed.
 */
export function programmeTime(segments: Segment[], position: number): Playhead | null {
  const index = segments.findLastIndex((each) => each.start <= position + 1e-3);
  const segment = segments[Math.max(0, index)];
  if (!segment?.programDateTime) return null;
  const rate = rateOf(segments, Math.max(0, index));
  return { programmeMs: segment.programDateTime + (position - segment.start) * 1_000 * rate, rate };
}

/** Return the rate of a segment; the last segment has the rate of the one before it. */
function rateOf(segments: Segment[], index: number): number {
  const from = segments[index];
  const to = segments[index + 1];
  if (!from) return 1;
  if (to?.programDateTime && from.programDateTime && from.duration > 0) {
    return (to.programDateTime - from.programDateTime) / 1_000 / from.duration;
  }
  return index > 0 ? rateOf(segments, index - 1) : 1;
}
