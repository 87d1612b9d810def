const BASE_MS = 1_000;
const MAX_MS = 30_000;

/**
 * Return the milliseconds to wait before attempt number `attempt`, where 0 is the first after a loss.
 *
 * Exponential backoff with full jitter, so that apps that lose their connection together do not reconnect
 * together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function pauseBefore(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_MS, BASE_MS * 2 ** attempt);
}
