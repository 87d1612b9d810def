const BASE_MS = 1_000;
const CEILING_MS = 30_000;

/**
 * How long to wait before attempt number `attempt` (0 is the first after a loss), in milliseconds.
 *
 * Full jitter: anywhere between nothing and a ceiling that doubles, so that a million apps that lost their
 * connection together do not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function pauseBefore(attempt: number, random: () => number): number {
  return random() * Math.min(CEILING_MS, BASE_MS * 2 ** attempt);
}
