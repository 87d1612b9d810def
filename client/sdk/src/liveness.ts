const MINUTE_MS = 60_000;
/** API Gateway closes a connection after ten minutes without a message in either direction. */
const IDLE_MS = 8 * MINUTE_MS;
const IDLE_JITTER_MS = MINUTE_MS;
/** A page that becomes visible after this time without a message checks its connection: the device may have slept. */
const DOUBTFUL_MS = MINUTE_MS;

/** Decides when a connection must be checked with a ping: when it is about to be closed as idle, or may be dead. */
export class Liveness {
  private receivedAt = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ping: () => void,
    private readonly random: () => number,
  ) {}

  start(): void {
    globalThis.document?.addEventListener("visibilitychange", this.visibilityChanged);
  }

  stop(): void {
    globalThis.document?.removeEventListener("visibilitychange", this.visibilityChanged);
    this.lost();
  }

  /** The connection is open, or a message was received. */
  received(): void {
    this.receivedAt = Date.now();
    this.sent();
  }

  /** A message was sent. */
  sent(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(this.ping, IDLE_MS + this.random() * IDLE_JITTER_MS);
  }

  /** The connection is lost. */
  lost(): void {
    clearTimeout(this.idle);
  }

  private readonly visibilityChanged = (): void => {
    const isSilent = Date.now() - this.receivedAt > DOUBTFUL_MS;
    if (document.visibilityState === "visible" && isSilent) this.ping();
  };
}
