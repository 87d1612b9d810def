import type { ConnectionStats } from "../connection";
import { isListOf, isObject } from "../frames";
import { Timers } from "../timers";

const SUBPROTOCOL = "aws-appsync-event-ws";
const ANSWER_TIMEOUT_MS = 10_000;
/** The longest silence until the server has told another: AWS AppSync's own. */
const SILENCE_MS = 300_000;

/** The answer to a subscription; `failed` may be repeated, `refused` needs another pass. */
export type Subscribed = "subscribed" | "refused" | "failed";

export interface EventsSocketOptions {
  /** The real-time endpoint. */
  url: string;
  /** The host of the HTTP endpoint, which authorizations name. */
  host: string;
  pass: string;
  openSocket: (url: string, protocols: string[]) => WebSocket;
  stats: ConnectionStats;
  /** Channels can be subscribed to. */
  ready: () => void;
  /** An event was published on a channel. */
  published: (channel: string, text: string) => void;
  /** The socket is gone; `isRefused` if the pass was not accepted. */
  lost: (isRefused: boolean) => void;
}

/**
 * One connection to AWS AppSync Events.
 *
 * https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html describes the protocol: after
 * `connection_init` and `connection_ack` the client subscribes to channels; a server that sends nothing, not even `ka`,
 * for `connectionTimeoutMs` is gone.
 */
export class EventsSocket {
  private socket: WebSocket | null;
  private receivedAt = Date.now();
  private silenceMs = SILENCE_MS;
  private count = 0;
  /** The channel of each subscription, whether or not it is acknowledged yet. */
  private readonly channels = new Map<string, string>();
  private readonly unanswered = new Map<string, (answer: Subscribed) => void>();
  private readonly answerTimers = new Timers();
  private readonly handshakeTimer = new Timers();
  private readonly silenceTimer = new Timers();

  constructor(private readonly options: EventsSocketOptions) {
    const { url, pass, openSocket } = options;
    const socket = openSocket(url, [SUBPROTOCOL, `header-${base64Url(this.authorization(pass))}`]);
    options.stats.sockets += 1;
    this.socket = socket;
    socket.onopen = () => this.send({ type: "connection_init" });
    socket.onmessage = ({ data }) => this.received(String(data));
    socket.onclose = () => this.lose(false);
    this.handshakeTimer.after(ANSWER_TIMEOUT_MS, () => this.lose(false));
  }

  /** How long the server has sent nothing, in milliseconds. */
  get silentMs(): number {
    return Date.now() - this.receivedAt;
  }

  /** Subscribe to a channel with a pass. */
  subscribe(channel: string, pass: string): Promise<Subscribed> {
    if (!this.socket) return Promise.resolve("failed");
    this.count += 1;
    const id = `subscription-${this.count}`;
    this.channels.set(id, channel);
    this.answerTimers.after(ANSWER_TIMEOUT_MS, () => {
      if (!this.unanswered.has(id)) return;
      this.options.stats.unanswered += 1;
      this.answered(id, "failed");
    });
    this.send({ type: "subscribe", id, channel, authorization: this.authorization(pass) });
    return new Promise((resolve) => this.unanswered.set(id, resolve));
  }

  /** Give the socket up if the server has been silent for too long: the device may have slept. */
  check(): void {
    if (this.silentMs >= this.silenceMs) this.lose(false);
  }

  /** Close the socket; nothing is told of it afterwards. */
  close(): void {
    const { socket } = this;
    this.socket = null;
    this.handshakeTimer.clear();
    this.silenceTimer.clear();
    this.answerTimers.clear();
    for (const id of [...this.unanswered.keys()]) this.answered(id, "failed");
    this.channels.clear();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private received(text: string): void {
    this.receivedAt = Date.now();
    this.expectMore();
    const frame = readFrame(text);
    const id = String(frame?.id);
    switch (frame?.type) {
      case "connection_ack":
        this.handshakeTimer.clear();
        if (Number(frame.connectionTimeoutMs) > 0) this.silenceMs = Number(frame.connectionTimeoutMs);
        this.expectMore();
        this.options.ready();
        return;
      case "connection_error":
        this.lose(isUnauthorized(frame));
        return;
      case "subscribe_success":
        this.answered(id, "subscribed");
        return;
      case "subscribe_error":
        this.answered(id, isUnauthorized(frame) ? "refused" : "failed");
        return;
      case "data":
        this.publish(id, frame.event);
        return;
      case "ka":
        return;
      default:
        this.options.stats.ignoredFrames += 1;
    }
  }

  /** The documentation shows the event as a list of one text; the service sends the text itself. */
  private publish(id: string, event: unknown): void {
    const channel = this.channels.get(id);
    const texts = typeof event === "string" ? [event] : event;
    if (channel === undefined || !isListOf(texts, (each) => typeof each === "string")) {
      this.options.stats.ignoredFrames += 1;
      return;
    }
    for (const text of texts) this.options.published(channel, String(text));
  }

  private answered(id: string, answer: Subscribed): void {
    const resolve = this.unanswered.get(id);
    if (!resolve) return;
    this.unanswered.delete(id);
    if (answer !== "subscribed") this.channels.delete(id);
    resolve(answer);
  }

  private expectMore(): void {
    this.silenceTimer.clear();
    this.silenceTimer.after(this.silenceMs, () => this.lose(false));
  }

  private lose(isRefused: boolean): void {
    if (!this.socket) return;
    this.close();
    this.options.lost(isRefused);
  }

  private send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private authorization(pass: string): object {
    return { host: this.options.host, Authorization: pass };
  }
}

function readFrame(text: string): Record<string, unknown> | null {
  try {
    const frame: unknown = JSON.parse(text);
    return isObject(frame) ? frame : null;
  } catch {
    return null;
  }
}

/** Return whether an error is that the authorizer did not accept the pass. */
function isUnauthorized({ errors }: Record<string, unknown>): boolean {
  return isListOf(errors, isObject) && errors.some((each) => isObject(each) && isRefusal(each));
}

function isRefusal({ errorType, errorCode }: Record<string, unknown>): boolean {
  return (
    /unauthorized|forbidden|accessdenied/i.test(String(errorType)) || [401, 403].includes(Number(errorCode))
  );
}

function base64Url(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
