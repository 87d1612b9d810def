import type { Playhead } from "@touchline/sdk";

/** A segment of a playlist, as hls.js has it. */
export interface Segment {
  /** Its start on the player's timeline, in seconds. */
  start: number;
  duration: number;
  /** Its programme time; hls.js computes it from other segments if the playlist has none for it. */
  programDateTime: number | null;
  /** The programme time in the playlist. */
  rawProgramDateTime: string | null;
  /** The number of discontinuities before it. */
  cc: number;
}

/**
 * Return the programme time at a position of the player's timeline (in seconds), and its rate there; null while it is
 * unknown.
 *
 * Programme time is interpolated between the program date times of consecutive segments. Its rate is 1 in an ordinary
 * stream, and higher in the stream of a replay at a higher speed. It is never ahead of the picture:
 *
 * - it does not run on into a jump, nor beyond the end of a segment, nor while two segments have the same time;
 * - it is unknown in an advert without program date times of its own, between discontinuities.
 */
export function programmeTime(segments: Segment[], position: number): Playhead | null {
  const index = Math.max(
    0,
    segments.findLastIndex((each) => each.start <= position + 1e-3),
  );
  const segment = segments[index];
  if (!segment?.programDateTime || !isDated(segments, segment)) return null;
  const rate = rateOf(segments, index);
  const seconds = Math.min(position - segment.start, segment.duration);
  return { programmeMs: segment.programDateTime + seconds * 1_000 * rate, rate };
}

/** Return the position (in seconds) at which the picture reaches a programme time; null if no segment holds it. */
export function positionOf(segments: Segment[], programmeMs: number): number | null {
  const index = segments.findLastIndex((each) => each.programDateTime && each.programDateTime <= programmeMs);
  const segment = segments[index];
  if (!segment?.programDateTime) return null;
  const seconds = (programmeMs - segment.programDateTime) / 1_000 / rateOf(segments, index);
  if (index === segments.length - 1 && seconds > segment.duration) return null;
  return segment.start + Math.min(seconds, segment.duration);
}

/** True if the playlist dates the segment's stretch between discontinuities, or has dates nowhere (any more). */
function isDated(segments: Segment[], { cc }: Segment): boolean {
  const dated = segments.filter((each) => each.rawProgramDateTime);
  return dated.length === 0 || dated.some((each) => each.cc === cc);
}

/**
 * Return the lowest rate from a segment or its neighbours to the next; 1 at most if there is nothing to compare, and 0
 * if the programme stands still.
 */
function rateOf(segments: Segment[], index: number): number {
  const rateAt = (step: number): number | null =>
    rateBetween(segments[index + step], segments[index + step + 1], segments[index]?.cc);
  if (rateAt(0) === 0) return 0;
  const rates = [-2, -1, 0, 1].map(rateAt).filter((rate): rate is number => rate !== null && rate > 0);
  return Math.min(...rates, ...(rates.length < 2 ? [1] : []));
}

function rateBetween(
  from: Segment | undefined,
  to: Segment | undefined,
  cc: number | undefined,
): number | null {
  if (!from?.programDateTime || !to?.programDateTime || from.cc !== cc || to.cc !== cc) return null;
  const rate = (to.programDateTime - from.programDateTime) / 1_000 / from.duration;
  return rate >= 0 && Number.isFinite(rate) ? rate : null;
}
