import { type Goal, goalsOf } from "@touchline/kit";
import type { Components, Moment } from "@touchline/sdk";

const BAND_SECONDS = 4;
/** After a goal nothing is sold, and its card stays. */
export const QUIET_SECONDS = 20;

/** The moments besides goals that the picture announces. */
const FACES = new Set(["RED_CARD", "YELLOW_CARD", "SUBSTITUTION", "PENALTY_AWARDED", "GOAL_DISALLOWED"]);

/** What is over the picture about the latest moment; all of it follows the viewer's own picture. */
export interface Announcement {
  /** The moment on the band, in its first seconds. */
  band: Moment | null;
  /** The goal whose card is shown after the band. */
  card: Goal | null;
  /** True for a while after a goal. */
  isQuiet: boolean;
}

export const SILENCE: Announcement = { band: null, card: null, isQuiet: false };

/**
 * Return what to announce.
 *
 * `secondsSince` returns how long ago the viewer's picture reached a programme time; null if the stream does not hold
 * it, as for what happened before the viewer came.
 */
export function announcementAt(
  past: Components[],
  secondsSince: (programmeMs: number) => number | null,
): Announcement {
  const isWithin = (programmeMs: number, seconds: number): boolean => {
    const since = secondsSince(programmeMs);
    return since !== null && since >= 0 && since < seconds;
  };
  const goal = goalsOf(past).findLast(({ programmeMs }) => isWithin(programmeMs, QUIET_SECONDS)) ?? null;
  const others = past.flatMap(({ moment, media }) =>
    moment && FACES.has(moment.type) ? [{ moment, programmeMs: Date.parse(media.notBefore) }] : [],
  );
  const newest = [...(goal ? [goal] : []), ...others.slice(-1)].sort(
    (one, other) => other.programmeMs - one.programmeMs,
  )[0];
  const band = newest && isWithin(newest.programmeMs, BAND_SECONDS) ? newest.moment : null;
  return { band, card: band ? null : goal, isQuiet: goal !== null };
}
