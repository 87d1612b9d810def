import type { Components, Moment } from "@touchline/sdk";

/** The moments that say that a goal was scored, under the name that says most about it. */
const GOALS = new Set([
  "GOAL",
  "OWN_GOAL",
  "EQUALISER",
  "LATE_EQUALISER",
  "LATE_WINNER",
  "COMEBACK",
  "HAT_TRICK",
  "LEAD_CHANGE",
  "GOAL_RUSH",
]);

/** A goal: its moment, and the programme time from which the picture shows it. */
export interface Goal {
  moment: Moment;
  programmeMs: number;
}

/**
 * Return the goals of messages, oldest first.
 *
 * Several moments may tell of one goal (a goal, then an equaliser): the first of them counts.
 */
export function goalsOf(past: Components[]): Goal[] {
  const goals: Goal[] = [];
  let before = 0;
  for (const { moment, score, media } of past) {
    const scored = score[0] + score[1];
    if (moment && GOALS.has(moment.type) && scored > before)
      goals.push({ moment, programmeMs: Date.parse(media.notBefore) });
    before = scored;
  }
  return goals;
}
