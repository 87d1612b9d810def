import type { Moment } from "@touchline/sdk";

const STARTS_MINUTES = [0, 45, 90, 105, 120];
const LENGTHS_MINUTES = [45, 45, 15, 15, 0];

/** The clock of a moment as broadcasts show it: stoppage time counts on from the period's end, as 45+2′. */
export function matchClock({ period, clockSeconds }: Moment): string {
  const start = STARTS_MINUTES[period - 1] ?? 0;
  const length = LENGTHS_MINUTES[period - 1] ?? 0;
  const minutes = Math.floor(clockSeconds / 60);
  return length && minutes >= length ? `${start + length}+${minutes - length + 1}′` : `${start + minutes + 1}′`;
}
