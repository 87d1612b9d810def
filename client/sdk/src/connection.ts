import { pauseBefore } from "./backoff";
import { Emitter } from "./emitter";
import type { Answer, Request } from "./protocol";

/** `waiting` is the pause before the next attempt; `closed` is final. */
export type ConnectionState = "connecting" | "open" | "waiting" | "closed";

export interface ConnectionOptions {
  /** The URL of the WebSocket API. */
  url: string;
  /** Return a valid ID token; called before each attempt, because the previous token may have expired. */
  token: () => Promise<string>;
  /** Open the socket; tests pass a fake. */
  openSocket?: (url: string, protocols: string[]) => WebSocket;
  /** Return a number from 0 to 1, for the jitter. */
  random?: () => number;
}

const SUBPROTOCOL = "touchline.v1";
/** API Gateway closes a connection after ten idle minutes. */
const HEARTBEAT_MS = 4 * 60_000;
/** The connection is given up if a request has no answer after this time. */
const ANSWER_TIMEOUT_MS = 10_000;
/** API Gateway closes every connection after two hours; the client reconnects before that, with jitter. */
const MAX_CONNECTION_MS = 110 * 60_000;
const CONNECTION_JITTER_MS = 8 * 60_000;
/** After a connection of at least this long the backoff starts again at its first pause. */
const STABLE_MS = 30_000;

/**
 * A connection that reconnects, with jitter, after every loss until `close`.
 *
 * If a request gets no answer, the connection is given up. The caller repeats requests that were in flight.
 */
export class Connection {
  readonly states = new Emitter<ConnectionState>();
  readonly answers = new Emitter<Answer>();
  private current: ConnectionState = "closed";
  private socket: WebSocket | null = null;
  private attempt = 0;
  private requests = 0;
  private openedAt = 0;
  private readonly pending = new Map<string, (answer: Answer | null) => void>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly options: ConnectionOptions) {}

  get state(): ConnectionState {
    return this.current;
  }

  /** Connect, and reconnect after every loss. */
  open(): void {
    if (this.current !== "closed") return;
    globalThis.addEventListener?.("online", this.wentOnline);
    globalThis.addEventListener?.("offline", this.wentOffline);
    void this.connect();
  }

  /** Close the connection and do not reconnect. */
  close(): void {
    globalThis.removeEventListener?.("online", this.wentOnline);
    globalThis.removeEventListener?.("offline", this.wentOffline);
    this.setState("closed");
    this.discardSocket();
  }

  /**
   * Send a request under its own id or a generated one. Resolves with the answer, or with null if the connection is
   * lost first.
   */
  request(request: Request): Promise<Answer | null> {
    const socket = this.socket;
    if (this.current !== "open" || !socket) return Promise.resolve(null);
    this.requests += 1;
    const requestId = request.requestId ?? `r-${this.requests}`;
    return new Promise((resolve) => {
      const timeout = this.after(ANSWER_TIMEOUT_MS, () => this.lost(socket));
      this.pending.set(requestId, (answer) => {
        this.cancel(timeout);
        resolve(answer);
      });
      socket.send(JSON.stringify({ ...request, requestId }));
    });
  }

  private async connect(): Promise<void> {
    this.setState("connecting");
    let token: string;
    try {
      token = await this.options.token();
    } catch {
      this.wait();
      return;
    }
    if (this.current !== "connecting" || this.socket) return;
    const open = this.options.openSocket ?? ((url, protocols) => new WebSocket(url, protocols));
    const socket = open(this.options.url, [SUBPROTOCOL, token]);
    this.socket = socket;
    socket.onopen = () => socket === this.socket && this.opened(socket);
    socket.onmessage = (message) => socket === this.socket && this.received(String(message.data));
    socket.onclose = () => this.lost(socket);
    this.after(ANSWER_TIMEOUT_MS, () => socket.readyState === 0 && this.lost(socket));
  }

  private opened(socket: WebSocket): void {
    this.openedAt = Date.now();
    const random = this.options.random ?? Math.random;
    this.after(MAX_CONNECTION_MS + random() * CONNECTION_JITTER_MS, () => this.lost(socket));
    this.beat();
    this.setState("open");
  }

  private beat(): void {
    this.after(HEARTBEAT_MS, () => {
      void this.request({ action: "ping" });
      this.beat();
    });
  }

  private received(text: string): void {
    const answer = JSON.parse(text) as Answer;
    const requestId = "requestId" in answer ? answer.requestId : undefined;
    const waiting = requestId === undefined ? undefined : this.pending.get(requestId);
    if (requestId !== undefined && waiting) {
      this.pending.delete(requestId);
      waiting(answer);
    }
    this.answers.emit(answer);
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    if (this.openedAt && Date.now() - this.openedAt > STABLE_MS) this.attempt = 0;
    this.discardSocket();
    if (this.current !== "closed") this.wait();
  }

  private wait(): void {
    this.setState("waiting");
    const pause = pauseBefore(this.attempt, this.options.random ?? Math.random);
    this.attempt += 1;
    this.after(pause, () => void this.connect());
  }

  private readonly wentOnline = (): void => {
    if (this.current !== "waiting") return;
    this.attempt = 0;
    this.discardSocket();
    this.wait();
  };

  private readonly wentOffline = (): void => {
    if (this.socket) this.lost(this.socket);
  };

  /** Close the socket, clear its timers, and resolve unanswered requests with null. */
  private discardSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.openedAt = 0;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const unanswered = [...this.pending.values()];
    this.pending.clear();
    for (const resolve of unanswered) resolve(null);
  }

  private after(milliseconds: number, act: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, milliseconds);
    this.timers.add(timer);
    return timer;
  }

  private cancel(timer: ReturnType<typeof setTimeout>): void {
    clearTimeout(timer);
    this.timers.delete(timer);
  }

  private setState(state: ConnectionState): void {
    if (state === this.current) return;
    this.current = state;
    this.states.emit(state);
  }
}
