import { pauseBefore } from "./backoff";
import type { Interaction } from "./protocol";

const BATCH_SIZE = 10;
const LINGER_MS = 2_000;
/** The most interactions kept without a connection; older ones are dropped. */
const MAX_QUEUED = 200;

/**
 * Sends interactions in batches of at most ten, and repeats each batch, with backoff, until it is acknowledged.
 *
 * Repeating is safe: an interaction that arrives twice counts once.
 */
export class InteractionReporter {
  private readonly queue: Interaction[] = [];
  private sending = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` resolves to true if the batch was accepted; otherwise it is kept and sent again. */
  constructor(
    private readonly send: (batch: Interaction[]) => Promise<boolean>,
    private readonly random: () => number = Math.random,
  ) {}

  /** The number of interactions that are not acknowledged yet. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Queue an interaction; impressions wait for a batch, everything else is sent at once, unless a batch has failed. */
  report(interaction: Interaction): void {
    this.queue.push(interaction);
    if (this.queue.length > MAX_QUEUED) this.queue.shift();
    if (this.failures > 0) return;
    if (interaction.type !== "impression" || this.queue.length >= BATCH_SIZE) void this.flush();
    else this.flushAfter(LINGER_MS);
  }

  /** Send the queue. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.queue.length > 0) {
        const batch = this.queue.slice(0, BATCH_SIZE);
        if (!(await this.send(batch))) {
          this.flushAfter(pauseBefore(this.failures, this.random));
          this.failures += 1;
          return;
        }
        this.failures = 0;
        const sent = new Set(batch);
        const left = this.queue.filter((each) => !sent.has(each));
        this.queue.splice(0, this.queue.length, ...left);
      }
    } finally {
      this.sending = false;
    }
  }

  /** Empty the queue. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.failures = 0;
    this.queue.length = 0;
  }

  private flushAfter(milliseconds: number): void {
    this.timer ??= setTimeout(() => void this.flush(), milliseconds);
  }
}
