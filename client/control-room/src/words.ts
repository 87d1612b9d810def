/** GOAL_DISALLOWED as people write it. */
export function wordsOf(type: string): string {
  return type.toLowerCase().replaceAll("_", " ");
}

/** Time of day. */
export function timeOf(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}
