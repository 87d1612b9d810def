import { pauseBefore } from "./backoff";
import { Emitter } from "./emitter";
import type { Answer, Request } from "./protocol";

/** `waiting` is the pause before the next attempt; `closed` is for good. */
export type ConnectionState = "connecting" | "open" | "waiting" | "closed";

export interface ConnectionOptions {
  /** Address of the WebSocket API. */
  url: string;
  /** A fresh ID token for each attempt: the last one may have expired. */
  token: () => Promise<string>;
  /** Makes the socket; tests give their own. */
  openSocket?: (url: string, protocols: string[]) => WebSocket;
  /** 0 to 1, for the jitter. */
  random?: () => number;
}

const SUBPROTOCOL = "touchline.v1";
/** API Gateway closes what is silent for ten minutes. */
const HEARTBEAT_MS = 4 * 60_000;
/** A request without an answer for so long means that the network is gone, whatever the socket says. */
const ANSWER_MS = 10_000;
/** API Gateway closes every connection after two hours: leave before, at a moment of one's own. */
const LONGEST_LIFE_MS = 110 * 60_000;
const LIFE_JITTER_MS = 8 * 60_000;
/** A connection that held for so long was a good one: the next pause starts small again. */
const HELD_MS = 30_000;

/**
 * One connection that stays: it opens again, with jitter, after every loss until `close`.
 *
 * A request is answered or the connection is given up; requests that were under way are the caller's to repeat.
 */
export class Connection {
  readonly states = new Emitter<ConnectionState>();
  readonly answers = new Emitter<Answer>();
  private current: ConnectionState = "closed";
  private socket: WebSocket | null = null;
  private attempt = 0;
  private requests = 0;
  private openedAt = 0;
  private readonly awaited = new Map<string, (answer: Answer | null) => void>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly options: ConnectionOptions) {}

  get state(): ConnectionState {
    return this.current;
  }

  /** Open, and stay open. */
  open(): void {
    if (this.current !== "closed") return;
    globalThis.addEventListener?.("online", this.networkIsBack);
    globalThis.addEventListener?.("offline", this.networkIsGone);
    void this.connect();
  }

  /** Close for good. */
  close(): void {
    globalThis.removeEventListener?.("online", this.networkIsBack);
    globalThis.removeEventListener?.("offline", this.networkIsGone);
    this.become("closed");
    this.drop();
  }

  /**
   * Send a request, under an id of its own or of the caller's; resolves with its answer, or with null when the
   * connection was lost before it came.
   */
  request(request: Request): Promise<Answer | null> {
    const socket = this.socket;
    if (this.current !== "open" || !socket) return Promise.resolve(null);
    this.requests += 1;
    const requestId = request.requestId ?? `r-${this.requests}`;
    return new Promise((resolve) => {
      const patience = this.after(ANSWER_MS, () => this.lost(socket));
      this.awaited.set(requestId, (answer) => {
        this.cancel(patience);
        resolve(answer);
      });
      socket.send(JSON.stringify({ ...request, requestId }));
    });
  }

  private async connect(): Promise<void> {
    this.become("connecting");
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
    this.after(ANSWER_MS, () => socket.readyState === 0 && this.lost(socket));
  }

  private opened(socket: WebSocket): void {
    this.openedAt = Date.now();
    const random = this.options.random ?? Math.random;
    this.after(LONGEST_LIFE_MS + random() * LIFE_JITTER_MS, () => this.lost(socket));
    this.beat();
    this.become("open");
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
    const waiting = requestId === undefined ? undefined : this.awaited.get(requestId);
    if (requestId !== undefined && waiting) {
      this.awaited.delete(requestId);
      waiting(answer);
    }
    this.answers.emit(answer);
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    if (this.openedAt && Date.now() - this.openedAt > HELD_MS) this.attempt = 0;
    this.drop();
    if (this.current !== "closed") this.wait();
  }

  private wait(): void {
    this.become("waiting");
    const pause = pauseBefore(this.attempt, this.options.random ?? Math.random);
    this.attempt += 1;
    this.after(pause, () => void this.connect());
  }

  private readonly networkIsBack = (): void => {
    if (this.current !== "waiting") return;
    this.attempt = 0;
    this.drop();
    this.wait();
  };

  private readonly networkIsGone = (): void => {
    if (this.socket) this.lost(this.socket);
  };

  /** Let go of the socket, of its timers and of what waits for its answers. */
  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.openedAt = 0;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const unanswered = [...this.awaited.values()];
    this.awaited.clear();
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

  private become(state: ConnectionState): void {
    if (state === this.current) return;
    this.current = state;
    this.states.emit(state);
  }
}
