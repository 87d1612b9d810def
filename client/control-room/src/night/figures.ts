import type { NightCohort, NightDispatch } from "@touchline/sdk";

export const STEPS = ["detect", "context", "plan", "recommend", "post"] as const;
export const RUNGS = ["viewer", "cohort", "popularity", "editorial", "keep"] as const;
/** The faults shown, by the name of their counter. */
export const FAULTS = {
  Gone: "gone",
  Failed: "not reached",
  PostRetries: "posts repeated",
  Throttled: "throttled",
  BudgetExhausted: "budget exhausted",
  CampaignMissing: "campaign missing",
  RecommenderFailed: "recommender failed",
} as const;

/** Return the quantile of values; null if there are none. */
export function quantile(values: number[], share: number): number | null {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.min(Math.floor(share * ordered.length), ordered.length - 1)] ?? null;
}

/** Return the sums over dispatches, by name. */
export function totals(
  dispatches: NightDispatch[],
  of: (dispatch: NightDispatch) => Record<string, number>,
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const dispatch of dispatches) {
    for (const [name, value] of Object.entries(of(dispatch))) sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}

/** Return what the cohorts of the newest version see, with equal groups merged, the largest first. */
export function cohorts(dispatches: NightDispatch[]): NightCohort[] {
  const newest = Math.max(...dispatches.map(({ version }) => version), 0);
  const groups = new Map<string, NightCohort>();
  for (const { version, cohorts: seen } of dispatches) {
    for (const group of version === newest ? seen : []) {
      const key = JSON.stringify([group.cohort, group.rung, group.placements, group.refused]);
      const known = groups.get(key);
      groups.set(key, { ...group, viewers: group.viewers + (known?.viewers ?? 0) });
    }
  }
  return [...groups.values()].sort((a, b) => b.viewers - a.viewers || a.cohort.localeCompare(b.cohort));
}
