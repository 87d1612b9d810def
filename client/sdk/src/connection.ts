import { Emitter } from "./emitter";
import { type RefusalReason, readFrame, reasonOf } from "./frames";
import { Liveness } from "./liveness";
import type { Answer, Request } from "./protocol";
import { type ConnectionState, OWN_WINDOW_MS, Reconnection } from "./reconnection";
import { PendingRequests } from "./requests";

/** What has happened to a connection since it was created. */
export interface ConnectionStats {
  /** Sockets that were opened, whether or not the handshake succeeded. */
  sockets: number;
  /** Requests that API Gateway refused, by reason. */
  refused: Record<RefusalReason, number>;
  /** Requests without an answer in time. */
  unanswered: number;
  /** Frames that were not JSON or had an unknown shape. */
  ignoredFrames: number;
}

/** Return the counts of a new connection. */
export function noStats(): ConnectionStats {
  return { sockets: 0, refused: { throttled: 0, failed: 0, forbidden: 0 }, unanswered: 0, ignoredFrames: 0 };
}

export interface ConnectionOptions {
  /** The URL of the WebSocket API. */
  url: string;
  /** Return a valid ID token; called before each attempt, because the previous token may have expired. */
  token: () => Promise<string>;
  /** Open the socket; tests pass a fake. */
  openSocket?: (url: string, protocols: string[]) => WebSocket;
  /** Return a number from 0 to 1, for the jitter. */
  random?: () => number;
  /** The time within which to reconnect while the server has told none; ten seconds by default. */
  reconnectWithinMs?: number;
}

const SUBPROTOCOL = "touchline.v1";
const MINUTE_MS = 60_000;
const ANSWER_TIMEOUT_MS = 10_000;
/**
 * API Gateway closes every connection after two hours. The client renews its own at a random time between these, so
 * that apps that connected together, for example at kick-off, do not renew together.
 */
const MIN_LIFE_MS = 60 * MINUTE_MS;
const MAX_LIFE_MS = 118 * MINUTE_MS;
/** The reconnect window while the server has told none: no version has been sent to the match's viewers yet. */
const UNKNOWN_WINDOW_MS = 10_000;

/**
 * A connection that reconnects after every loss until `close`.
 *
 * All apps of a match may lose their connections together, so each waits a random time within the window that the
 * server tells, by the number of the match's subscribers. The window doubles with each failed attempt.
 *
 * A request that is refused or not answered in time resolves with null, and so do requests in flight when the
 * connection is lost: the caller repeats them, with backoff. The socket is given up only if it is silent: if it
 * received nothing since an unanswered request, and does not answer a ping either.
 */
export class Connection {
  readonly answers = new Emitter<Answer>();
  readonly stats = noStats();
  private socket: WebSocket | null = null;
  private requests = 0;
  private framesReceived = 0;
  private readonly pending = new PendingRequests();
  private readonly random: () => number;
  private readonly liveness: Liveness;
  private readonly reconnection: Reconnection;

  constructor(private readonly options: ConnectionOptions) {
    this.random = options.random ?? Math.random;
    this.liveness = new Liveness(() => this.ping(), this.random);
    this.reconnection = new Reconnection({
      connect: (isCurrent) => void this.connect(isCurrent),
      hasSocket: () => this.socket !== null,
      discardSocket: () => this.discardSocket(),
      random: this.random,
      windowMs: options.reconnectWithinMs ?? UNKNOWN_WINDOW_MS,
    });
  }

  get state(): ConnectionState {
    return this.reconnection.state;
  }

  get states(): Emitter<ConnectionState> {
    return this.reconnection.states;
  }

  /** Connect, and reconnect after every loss. */
  open(): void {
    if (this.state !== "closed") return;
    this.liveness.start();
    this.reconnection.open();
  }

  /** Replace the connection by one with a new token. */
  renew(): void {
    if (this.state !== "waiting") this.lost(this.socket, OWN_WINDOW_MS);
  }

  /** Close the connection and do not reconnect. */
  close(): void {
    this.liveness.stop();
    this.reconnection.close();
  }

  /**
   * Send a request under its own id or a generated one. Resolves with the answer, or with null if the request is
   * refused or not answered in time, or the connection is lost first.
   */
  request(request: Request): Promise<Answer | null> {
    const socket = this.socket;
    if (this.state !== "open" || !socket) return Promise.resolve(null);
    this.requests += 1;
    const requestId = request.requestId ?? `r-${this.requests}`;
    const framesBefore = this.framesReceived;
    return new Promise((resolve) => {
      const onTimeout = (): void => this.unanswered(socket, request.action, framesBefore);
      this.pending.add(requestId, ANSWER_TIMEOUT_MS, onTimeout, resolve);
      socket.send(JSON.stringify({ ...request, requestId }));
      this.liveness.sent();
    });
  }

  private async connect(isCurrent: () => boolean): Promise<void> {
    let token: string;
    try {
      token = await this.options.token();
    } catch {
      if (isCurrent()) this.reconnection.wait();
      return;
    }
    if (!isCurrent()) return;
    const open = this.options.openSocket ?? ((url, protocols) => new WebSocket(url, protocols));
    const socket = open(this.options.url, [SUBPROTOCOL, token]);
    this.stats.sockets += 1;
    this.socket = socket;
    socket.onopen = () => socket === this.socket && this.opened(socket);
    socket.onmessage = (message) => socket === this.socket && this.received(String(message.data));
    socket.onclose = () => this.lost(socket);
    this.reconnection.timers.after(ANSWER_TIMEOUT_MS, () => socket.readyState === 0 && this.lost(socket));
  }

  private opened(socket: WebSocket): void {
    const lifeMs = MIN_LIFE_MS + this.random() * (MAX_LIFE_MS - MIN_LIFE_MS);
    this.reconnection.timers.after(lifeMs, () => this.lost(socket, OWN_WINDOW_MS));
    this.liveness.received();
    this.reconnection.opened();
  }

  private received(text: string): void {
    this.framesReceived += 1;
    this.liveness.received();
    const frame = readFrame(text);
    if (!frame) {
      this.stats.ignoredFrames += 1;
    } else if (!("type" in frame)) {
      this.stats.refused[reasonOf(frame)] += 1;
      this.pending.refuseOldest();
    } else {
      if ("reconnectWithinSeconds" in frame && frame.reconnectWithinSeconds)
        this.reconnection.windowMs = frame.reconnectWithinSeconds * 1_000;
      if ("requestId" in frame && frame.requestId) this.pending.settle(frame.requestId, frame);
      this.answers.emit(frame);
    }
  }

  private unanswered(socket: WebSocket, action: Request["action"], framesBefore: number): void {
    this.stats.unanswered += 1;
    if (this.framesReceived > framesBefore) return;
    if (action === "ping") this.lost(socket);
    else this.ping();
  }

  private ping(): void {
    void this.request({ action: "ping" });
  }

  private lost(socket: WebSocket | null, windowMs?: number): void {
    if (socket === this.socket) this.reconnection.lost(windowMs);
  }

  /** Close the socket, and resolve unanswered requests with null. */
  private discardSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.liveness.lost();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.pending.abandonAll();
  }
}
