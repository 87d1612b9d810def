import type { Interaction } from "./protocol";

const BATCH = 10;
const LINGER_MS = 2_000;
/** Kept while there is no connection; beyond it the oldest are let go. */
const MOST_KEPT = 200;

/**
 * Sends interactions in batches of ten at most, and again until they were acknowledged.
 *
 * Told twice, an interaction is the same act and counts once, so repeating is safe.
 */
export class InteractionReporter {
  private readonly queue: Interaction[] = [];
  private sending = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` answers whether the batch was taken; false or a lost connection keeps it for the next `flush`. */
  constructor(private readonly send: (batch: Interaction[]) => Promise<boolean>) {}

  /** How many wait to be acknowledged. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Tell of one; what the viewer did by hand goes out at once, impressions linger for company. */
  report(interaction: Interaction): void {
    this.queue.push(interaction);
    if (this.queue.length > MOST_KEPT) this.queue.shift();
    if (interaction.type !== "impression" || this.queue.length >= BATCH) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), LINGER_MS);
  }

  /** Send what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.queue.length > 0) {
        const batch = this.queue.slice(0, BATCH);
        if (!(await this.send(batch))) return;
        const sent = new Set(batch);
        const left = this.queue.filter((each) => !sent.has(each));
        this.queue.splice(0, this.queue.length, ...left);
      }
    } finally {
      this.sending = false;
    }
  }

  /** Forget what waits. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queue.length = 0;
  }
}
