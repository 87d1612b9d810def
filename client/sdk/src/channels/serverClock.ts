/**
 * The server's time, by the newest pass or message that came live: the clocks of viewers' devices may be wrong.
 *
 * It is behind by the time that these are under way, which no cool-down notices.
 */
export class ServerClock {
  /** How far the server's clock is ahead of the device's; 0 before the first pass. */
  private aheadMs = 0;

  /** A pass or a message has come that was sent just now, at this instant. */
  told(instant: string): void {
    this.aheadMs = Date.parse(instant) - Date.now();
  }

  /** Return the server's time in epoch milliseconds. */
  now(): number {
    return Date.now() + this.aheadMs;
  }
}
