import { pauseBefore } from "@touchline/sdk";

/** With pauses of at most a minute, these take about an hour: a stream may start long after its first viewer came. */
const MAX_ATTEMPTS = 120;

/** Loads a stream again, with backoff, after each failure that hls.js does not recover from by itself. */
export class StreamRecovery {
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly load: () => void,
    private readonly random: () => number = Math.random,
  ) {}

  failed(): void {
    if (this.failures >= MAX_ATTEMPTS) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.load, pauseBefore(this.failures, this.random));
    this.failures += 1;
  }

  succeeded(): void {
    this.failures = 0;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
