const FIRST_PAUSE_MS = 10_000;
/** The pauses before these take about twenty minutes. */
const MAX_FAILURES = 8;

interface Failures {
  count: number;
  retryAt: number;
}

/** Remembers failures by name: each may be retried after 10 s, then 20 s and so on, until it has failed eight times. */
export class Retries {
  private readonly failures = new Map<string, Failures>();

  /** Record a failure. */
  failed(name: string): void {
    const count = this.count(name) + 1;
    const retryAt = count < MAX_FAILURES ? Date.now() + FIRST_PAUSE_MS * 2 ** (count - 1) : Infinity;
    this.failures.set(name, { count, retryAt });
  }

  /** Return how often it has failed. */
  count(name: string): number {
    return this.failures.get(name)?.count ?? 0;
  }

  /** Return the milliseconds until it may be retried: 0 if it may now, infinite if it may never. */
  wait(name: string): number {
    return Math.max(0, (this.failures.get(name)?.retryAt ?? 0) - Date.now());
  }
}
