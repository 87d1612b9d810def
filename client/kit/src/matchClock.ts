/** The minute of the match at which each period starts; the last one is the shoot-out. */
export const PERIOD_STARTS_MINUTES = [0, 45, 90, 105, 120];
/** The minutes of each period, without stoppage time. */
export const PERIOD_LENGTHS_MINUTES = [45, 45, 15, 15, 0];

/** A time of play: a period and the seconds since its start. */
export interface InPlay {
  period: number;
  clockSeconds: number;
}

/** Return the match clock as broadcasts show it; stoppage time reads 45+2′. */
export function matchClock(moment: InPlay): string {
  const { before, minutes } = counted(moment);
  return before === null ? `${minutes + 1}′` : `${before}+${minutes + 1}′`;
}

/** Return the match clock to the second: 53:10, and 45+1:10 in stoppage time. */
export function exactClock(moment: InPlay): string {
  const { before, minutes } = counted(moment);
  const seconds = String(Math.floor(moment.clockSeconds % 60)).padStart(2, "0");
  return before === null ? `${minutes}:${seconds}` : `${before}+${minutes}:${seconds}`;
}

/** Return whole minutes of the match, or in stoppage time the minutes since minute `before`. */
function counted({ period, clockSeconds }: InPlay): { before: number | null; minutes: number } {
  const start = PERIOD_STARTS_MINUTES[period - 1] ?? 0;
  const length = PERIOD_LENGTHS_MINUTES[period - 1] ?? 0;
  const minutes = Math.floor(clockSeconds / 60);
  return length && minutes >= length
    ? { before: start + length, minutes: minutes - length }
    : { before: null, minutes: start + minutes };
}
