/** Return a type such as GOAL_DISALLOWED in words. */
export function wordsOf(type: string): string {
  return type
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/\bvar\b/, "VAR");
}

/** Return the time of day of an instant. */
export function timeOf(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}
