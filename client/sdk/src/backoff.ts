/** The longest pause of a small audience; for a large one, `MOST_WINDOWS` of its windows. */
const MAX_MS = 60_000;
const MOST_WINDOWS = 8;

/**
 * Return the milliseconds to wait before attempt number `attempt`, where 0 is the first.
 *
 * Exponential backoff with full jitter, so that apps that fail together do not retry together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). The first pause is within `windowMs`,
 * and each later one within twice the time of the one before it.
 */
export function pauseBefore(attempt: number, random: () => number, windowMs = 1_000): number {
  return random() * Math.min(Math.max(MAX_MS, MOST_WINDOWS * windowMs), windowMs * 2 ** attempt);
}
