import type { NightCohort, NightDispatch } from "@touchline/sdk";

export const STEPS = ["detect", "context", "plan", "recommend", "post"] as const;
export const RUNGS = ["viewer", "cohort", "popularity", "editorial", "keep"] as const;
/**
 * The longest that a step should take, in milliseconds: its p99 in the budget of docs/latency.md. The time of posts
 * depends on the number of viewers.
 */
export const BUDGET_MS: Partial<Record<(typeof STEPS)[number], number>> = {
  detect: 1_443,
  context: 547,
  plan: 120,
  recommend: 250,
};

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

/** What the viewers of the newest version see, over all cohorts. */
export interface Overview {
  viewers: number;
  cohorts: number;
  /** The components of each slot with their viewers, the most seen first. */
  slots: { slot: string; components: { id: string; viewers: number }[] }[];
  /** Refused components by constraint, with the viewers concerned, the most first. */
  refused: { rule: string; ids: string[]; viewers: number }[];
}

/** Return the overview of groups of viewers. */
export function overview(groups: NightCohort[], slots: readonly string[]): Overview {
  const most = (one: { viewers: number }, other: { viewers: number }): number => other.viewers - one.viewers;
  return {
    viewers: groups.reduce((sum, group) => sum + group.viewers, 0),
    cohorts: new Set(groups.map(({ cohort }) => cohort)).size,
    slots: slots.map((slot) => ({
      slot,
      components: Object.entries(viewersBy(groups, ({ placements }) => [placements[slot]]))
        .map(([id, viewers]) => ({ id, viewers }))
        .sort(most),
    })),
    refused: Object.entries(viewersBy(groups, ({ refused }) => Object.values(refused)))
      .map(([rule, viewers]) => ({ rule, ids: refusedBy(groups, rule), viewers }))
      .sort(most),
  };
}

function viewersBy(
  groups: NightCohort[],
  namesOf: (group: NightCohort) => (string | undefined)[],
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const group of groups)
    for (const name of new Set(namesOf(group))) if (name) sums[name] = (sums[name] ?? 0) + group.viewers;
  return sums;
}

function refusedBy(groups: NightCohort[], rule: string): string[] {
  const ids = groups.flatMap(({ refused }) => Object.keys(refused).filter((id) => refused[id] === rule));
  return [...new Set(ids)];
}
