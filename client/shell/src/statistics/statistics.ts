/** The numbers of both teams, home first. */
type Pair = [number, number];

/** The statistics that the app shows, in this order. */
export const STATISTICS = ["shots", "shotsOnTarget", "corners", "yellowCards", "redCards"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The statistics from a programme time on (`at`, ISO 8601 with an offset): totals, not increments. */
export type Statistics = { at: string } & Partial<Record<Statistic, Pair>>;

/** Read a match's statistics, oldest first. */
export async function readStatistics(url: string): Promise<Statistics[]> {
  const response = await fetch(url, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${url}: expected status 200, got ${response.status}`);
  return ((await response.json()) as { updates: Statistics[] }).updates;
}

/** Return the statistics when the picture is at a programme time; null before the first. */
export function statisticsAt(updates: Statistics[], programmeMs: number | null): Statistics | null {
  if (programmeMs === null) return null;
  return updates.findLast(({ at }) => Date.parse(at) <= programmeMs) ?? null;
}
