import { matchClock, PERIOD_STARTS_MINUTES } from "@touchline/kit";
import type { NightMoment } from "@touchline/sdk";
import { quantile } from "./figures";
import type { Night } from "./night";

const MINUTE_MS = 60_000;
/** The minutes that a period lasts on the axis before it is known to last longer. */
const SHOWN_MINUTES = [47, 47, 16, 16, 10];
const TICK_MINUTES = 15;

/** When the periods of a match began and, as far as is known, ended; in epoch milliseconds. */
export interface Periods {
  spans: { period: number; from: number; to: number }[];
  /** The instant of a moment: by its period and clock, because an injected one has the operator's time. */
  instantOf: (moment: NightMoment) => number;
}

/** Return the periods of a match from the moments of its feed; the first one begins at the kick-off until it is known. */
export function periodsOf({ match, moments }: Night): Periods {
  const latest = new Map<number, number>();
  for (const { period, clockSeconds } of Object.values(moments))
    latest.set(period, Math.max(latest.get(period) ?? 0, clockSeconds * 1_000));
  const starts = new Map<number, number>();
  for (const period of latest.keys()) {
    const start = startOf(Object.values(moments).filter((each) => each.period === period));
    if (start !== null) starts.set(period, start);
  }
  if (match && !starts.has(1)) starts.set(1, Date.parse(match.kickOff));
  const ordered = [...starts.entries()].sort(([one], [other]) => one - other);
  const spans = ordered.map(([period, from], index) => {
    const next = ordered[index + 1]?.[1] ?? Infinity;
    const ended = Object.values(moments).some(
      (each) => each.period === period && ["HALF_TIME", "FULL_TIME"].includes(each.type),
    );
    const known = latest.get(period) ?? 0;
    const shown = ended ? known : Math.max(known, (SHOWN_MINUTES[period - 1] ?? 0) * MINUTE_MS);
    return { period, from, to: Math.min(next, from + shown) };
  });
  const instantOf = ({ period, clockSeconds, occurredAt }: NightMoment): number => {
    const from = starts.get(period);
    return from === undefined ? Date.parse(occurredAt) : from + clockSeconds * 1_000;
  };
  return { spans, instantOf };
}

/**
 * Return when a period began, from its moments; null if none is of the feed. It is the kick-off, else what most moments
 * say: the time of a correction may be that of an earlier moment than its clock.
 */
function startOf(moments: NightMoment[]): number | null {
  const ofFeed = moments.filter(({ source }) => source !== "operator");
  const kickOffs = ofFeed.filter(({ type }) => type === "KICK_OFF");
  const known = kickOffs.length ? kickOffs : ofFeed;
  return quantile(
    known.map(({ occurredAt, clockSeconds }) => Date.parse(occurredAt) - clockSeconds * 1_000),
    0.5,
  );
}

/** Return a label each quarter of an hour of play: the instant and the minute of the match. */
export function ticksOf({ spans }: Periods): { at: number; label: string }[] {
  return spans.flatMap(({ period, from, to }) => {
    const ticks = Math.ceil((to - from) / MINUTE_MS / TICK_MINUTES);
    return Array.from({ length: Math.max(1, ticks) }, (_, index) => ({
      at: from + index * TICK_MINUTES * MINUTE_MS,
      label: `${(PERIOD_STARTS_MINUTES[period - 1] ?? 0) + index * TICK_MINUTES}′`,
    }));
  });
}

/** Return the minute of the match at an instant; null outside the periods. */
export function minuteAt({ spans }: Periods, at: number): string | null {
  const span = spans.findLast(({ from, to }) => from <= at && at <= to);
  return span ? matchClock({ period: span.period, clockSeconds: (at - span.from) / 1_000 }) : null;
}
