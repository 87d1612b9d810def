const STARTS_MINUTES = [0, 45, 90, 105, 120];

/** GOAL_DISALLOWED as people write it. */
export function wordsOf(type: string): string {
  return type.toLowerCase().replaceAll("_", " ");
}

/** Minute and second of the match. */
export function clockOf({ period, clockSeconds }: { period: number; clockSeconds: number }): string {
  const minutes = (STARTS_MINUTES[period - 1] ?? 0) + Math.floor(clockSeconds / 60);
  return `${minutes}:${String(Math.floor(clockSeconds % 60)).padStart(2, "0")}`;
}

/** Time of day. */
export function timeOf(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}
