const STARTS_MINUTES = [0, 45, 90, 105, 120];
const LENGTHS_MINUTES = [45, 45, 15, 15, 0];

/** A place in play: seconds since the period's start. */
export interface InPlay {
  period: number;
  clockSeconds: number;
}

/** The clock of a moment as broadcasts show it: stoppage time counts on from the period's end, as 45+2′. */
export function matchClock(moment: InPlay): string {
  const { before, minutes } = counted(moment);
  return before === null ? `${minutes + 1}′` : `${before}+${minutes + 1}′`;
}

/** The same to the second, for those who compare moments: 53:10, and 45+1:10 in stoppage time. */
export function exactClock(moment: InPlay): string {
  const { before, minutes } = counted(moment);
  const seconds = String(Math.floor(moment.clockSeconds % 60)).padStart(2, "0");
  return before === null ? `${minutes}:${seconds}` : `${before}+${minutes}:${seconds}`;
}

/** Whole minutes of the match, or, in stoppage time, those since the end of the period `before`. */
function counted({ period, clockSeconds }: InPlay): { before: number | null; minutes: number } {
  const start = STARTS_MINUTES[period - 1] ?? 0;
  const length = LENGTHS_MINUTES[period - 1] ?? 0;
  const minutes = Math.floor(clockSeconds / 60);
  return length && minutes >= length
    ? { before: start + length, minutes: minutes - length }
    : { before: null, minutes: start + minutes };
}
