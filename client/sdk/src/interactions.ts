import { pauseBefore } from "./backoff";
import type { Interaction } from "./protocol";

/** How interactions are put together: the most in one batch, and how long impressions wait for others. */
export interface Batching {
  size: number;
  lingerMs: number;
}

/** The server takes ten interactions in a message. */
export const OVER_A_SOCKET: Batching = { size: 10, lingerMs: 2_000 };
/** A request is worth more company than a message of a socket. */
export const OVER_HTTPS: Batching = { size: 25, lingerMs: 10_000 };
/** The most interactions kept without a connection; older ones are dropped. */
const MAX_QUEUED = 200;

/**
 * Sends interactions in batches, and repeats each batch, with backoff, until it is acknowledged.
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
    private readonly batching: Batching = OVER_A_SOCKET,
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
    if (interaction.type !== "impression" || this.queue.length >= this.batching.size) void this.flush();
    else this.flushAfter(this.batching.lingerMs);
  }

  /** Send the queue. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.queue.length > 0) {
        const batch = this.queue.slice(0, this.batching.size);
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
