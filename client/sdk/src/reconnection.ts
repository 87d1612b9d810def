import { pauseBefore } from "./backoff";
import { Emitter } from "./emitter";
import { Timers } from "./timers";

/** `waiting` is the pause before the next attempt; after `closed` nothing is attempted. */
export type ConnectionState = "connecting" | "open" | "waiting" | "closed";

export interface ReconnectionOptions {
  /** Try to connect once; whoever has waited meanwhile asks whether this attempt is still the present one. */
  connect: (isCurrent: () => boolean) => void;
  /** Return whether there is a socket, open or not yet. */
  hasSocket: () => boolean;
  /** Close the socket, if there is one. */
  discardSocket: () => void;
  random: () => number;
  /** The reconnect window of a loss that all apps may have, while the server has told no other. */
  windowMs: number;
}

/** The reconnect window of a loss that is this app's alone: its own network, or the renewal of its connection. */
export const OWN_WINDOW_MS = 1_000;
/** After a connection of at least this long the backoff starts again at its first pause. */
const STABLE_MS = 30_000;

/**
 * The state of a connection that comes back after every loss until it is closed.
 *
 * Each attempt waits a random time within a window, which doubles with each one that fails. A browser that goes online
 * comes back at once, and one that goes offline gives its socket up.
 */
export class Reconnection {
  readonly states = new Emitter<ConnectionState>();
  /** Timers of the present attempt and its socket: they end with it. */
  readonly timers = new Timers();
  windowMs: number;
  private current: ConnectionState = "closed";
  /** Attempts since the last connection that held; they make the pauses longer. */
  private attempt = 0;
  /** How often an attempt or a socket was given up: what an earlier attempt waited for comes too late. */
  private discarded = 0;
  private openedAt = 0;

  constructor(private readonly options: ReconnectionOptions) {
    this.windowMs = options.windowMs;
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Connect after a pause. */
  open(pauseMs = 0): void {
    globalThis.addEventListener?.("online", this.wentOnline);
    globalThis.addEventListener?.("offline", this.wentOffline);
    this.setState("connecting");
    if (pauseMs > 0) this.timers.after(pauseMs, () => this.connect());
    else this.connect();
  }

  /** The connection can be used. */
  opened(): void {
    this.openedAt = Date.now();
    this.setState("open");
  }

  /** Give the socket up, and come back unless the connection was closed. */
  lost(windowMs = this.windowMs): void {
    if (this.openedAt && Date.now() - this.openedAt > STABLE_MS) this.attempt = 0;
    this.discard();
    if (this.current !== "closed") this.wait(windowMs);
  }

  /** Wait for the next attempt. */
  wait(windowMs = this.windowMs): void {
    this.setState("waiting");
    const pause = pauseBefore(this.attempt, this.options.random, windowMs);
    this.attempt += 1;
    this.timers.after(pause, () => this.connect());
  }

  /** Give the socket up for good. */
  close(): void {
    globalThis.removeEventListener?.("online", this.wentOnline);
    globalThis.removeEventListener?.("offline", this.wentOffline);
    this.setState("closed");
    this.discard();
  }

  private connect(): void {
    this.setState("connecting");
    const { discarded } = this;
    this.options.connect(() => this.current === "connecting" && this.discarded === discarded);
  }

  private discard(): void {
    this.discarded += 1;
    this.openedAt = 0;
    this.timers.clear();
    this.options.discardSocket();
  }

  private readonly wentOnline = (): void => {
    if (this.current !== "waiting") return;
    this.attempt = 0;
    this.discard();
    this.wait(OWN_WINDOW_MS);
  };

  private readonly wentOffline = (): void => {
    if (this.options.hasSocket()) this.lost(OWN_WINDOW_MS);
  };

  private setState(state: ConnectionState): void {
    if (state === this.current) return;
    this.current = state;
    this.states.emit(state);
  }
}
