import { type AudienceMessage, readAudienceMessage } from "../audienceMessage";
import { pauseBefore } from "../backoff";
import { noStats } from "../connection";
import { Emitter } from "../emitter";
import { OVER_HTTPS } from "../interactions";
import type { Answer, Interaction } from "../protocol";
import { type ConnectionState, OWN_WINDOW_MS, Reconnection } from "../reconnection";
import { isSampled } from "../sample";
import { KeptSights } from "../sights";
import type { Follower, Transport } from "../transport";
import { AudienceHistory } from "./audienceHistory";
import { type Delivery, pauseBeforeJoining } from "./delivery";
import { DocumentReader } from "./documentReader";
import { Documents } from "./documents";
import { EventsSocket } from "./eventsSocket";
import { packedMessage, unpack } from "./packedEvent";
import { PassKeeper } from "./passKeeper";
import { ServerClock } from "./serverClock";
import { isError, ViewersApi } from "./viewersApi";
import type { Pass } from "./viewersProtocol";

export interface ChannelTransportOptions {
  delivery: Delivery;
  matchId: string;
  /** The instant of kick-off, if the app knows it. */
  kickOff: string | undefined;
  token: () => Promise<string>;
  openSocket: (url: string, protocols: string[]) => WebSocket;
  request: typeof fetch;
  random: () => number;
}

/** The shortest reconnect window of a loss that all apps may have. */
const SHORTEST_WINDOW_MS = 2_000;
/** After so many connections in a row that failed with one pass, the app asks for another. */
const MOST_FAILURES = 2;
const RESUBSCRIBE_MS = 4_000;
/** A page that becomes visible after this time without a frame reads the documents: the device may have slept. */
const DOUBTFUL_MS = 60_000;
/** Who makes a choice may be asked for by name from the next version on. */
const CHOICES: ReadonlySet<Interaction["type"]> = new Set(["click", "conversion", "dismissal"]);

/**
 * Follows a match on the channels of AWS AppSync Events: delivery mode `broadcast`.
 *
 * The audience's channel carries each version once for all its viewers, and the app chooses this viewer's placements
 * from it. A channel may lose a message, even after it has acknowledged the subscription
 * (https://github.com/aws/aws-appsync-community/issues/405), so the app reads the audience's document after it has
 * subscribed, on a gap of versions, when its page becomes visible again, and now and then.
 */
export class ChannelTransport implements Transport {
  readonly answers = new Emitter<Answer>();
  readonly stats = noStats();
  readonly batching = OVER_HTTPS;
  private socket: EventsSocket | null = null;
  private pass: Pass | null = null;
  /** The last packed event; the next one waits for it. */
  private unpacking: Promise<unknown> = Promise.resolve();
  private sights: KeptSights | null = null;
  private failedConnections = 0;
  private history = new AudienceHistory();
  private readonly clock = new ServerClock();
  private readonly reconnection: Reconnection;
  private readonly api: ViewersApi;
  private readonly passes: PassKeeper;
  private readonly documents: Documents;

  constructor(
    private readonly options: ChannelTransportOptions,
    private readonly follower: Follower,
  ) {
    const { delivery, matchId, token, request, random } = options;
    const { stats } = this;
    this.reconnection = new Reconnection({
      connect: (isCurrent) => void this.connect(isCurrent),
      hasSocket: () => this.socket !== null,
      discardSocket: () => this.discardSocket(),
      random,
      windowMs: toWindowMs(delivery.joinWithinSeconds),
    });
    const windowMs = (): number => this.reconnection.windowMs;
    this.api = new ViewersApi({ url: delivery.viewersUrl, matchId, token, request, stats });
    this.passes = new PassKeeper({
      ask: () => this.askForPass(),
      token: () => this.api.newestToken,
      windowMs,
      random,
      renewed: (pass) => this.renewed(pass),
      expired: () => this.socket && this.reconnection.lost(),
    });
    this.documents = new Documents({
      audience: new DocumentReader(request, stats),
      own: new DocumentReader(request, stats),
      mayBeNamed: () => this.sights?.mayBeNamed ?? false,
      windowMs,
      random,
      received: (message, of) => {
        if (of === "audience") this.history.cover(message);
        this.received(message);
      },
      isComplete: () => this.history.isGapless,
      gaveUp: () => this.history.giveUp(),
    });
  }

  get state(): ConnectionState {
    return this.reconnection.state;
  }

  get states(): Emitter<ConnectionState> {
    return this.reconnection.states;
  }

  open(): void {
    if (this.state !== "closed") return;
    globalThis.document?.addEventListener("visibilitychange", this.visibilityChanged);
    this.history = new AudienceHistory();
    const { delivery, kickOff, random } = this.options;
    this.reconnection.open(pauseBeforeJoining(delivery, kickOff, Date.now(), random));
  }

  close(): void {
    globalThis.document?.removeEventListener("visibilitychange", this.visibilityChanged);
    this.follower.flush();
    this.reconnection.close();
    this.passes.discard();
  }

  async interact(interactions: Interaction[]): Promise<Answer | null> {
    if (interactions.some(({ type }) => CHOICES.has(type))) this.sights?.markNamed();
    const answer = await this.api.interact(interactions);
    this.passes.tokenIs(this.api.newestToken);
    return answer;
  }

  saw(impression: Interaction): boolean {
    const { pass, sights } = this;
    if (!pass || !sights) return true;
    sights.add(impression.componentId, this.clock.now());
    return isSampled(pass.impressionShare, pass.ownAddress, impression);
  }

  renew(): void {
    this.history = new AudienceHistory();
    this.passes.discard();
    if (this.state !== "waiting") this.reconnection.lost(OWN_WINDOW_MS);
  }

  forget(): void {
    this.sights?.forget();
  }

  private async askForPass(): ReturnType<ViewersApi["pass"]> {
    const pass = await this.api.pass();
    if (pass && !isError(pass)) this.clock.told(pass.issuedAt);
    return pass;
  }

  private async connect(isCurrent: () => boolean): Promise<void> {
    const pass = await this.passes.get();
    if (!isCurrent()) return;
    if (!pass || isError(pass)) {
      if (pass) this.answers.emit(pass);
      if (pass?.code === "BAD_REQUEST") this.close();
      else this.reconnection.wait();
      return;
    }
    this.accept(pass);
    const { delivery, openSocket } = this.options;
    const socket: EventsSocket = new EventsSocket({
      url: delivery.realtimeUrl,
      host: new URL(delivery.eventsUrl).host,
      pass: pass.token,
      openSocket,
      stats: this.stats,
      ready: () => {
        for (const which of [0, 1] as const) void this.subscribe(socket, which, 0);
      },
      published: (channel, event) => this.arrived(socket, channel, event),
      lost: (isRefused) => this.failed(isRefused),
    });
    this.socket = socket;
  }

  /** Subscribe to the audience's channel, or to the viewer's own. */
  private async subscribe(socket: EventsSocket, which: 0 | 1, failures: number): Promise<void> {
    const { pass } = this;
    if (socket !== this.socket || !pass) return;
    const answer = await socket.subscribe(pass.channels[which], pass.token);
    if (socket !== this.socket) return;
    if (answer === "refused") {
      this.failed(true);
    } else if (answer === "failed") {
      const pause = pauseBefore(failures, this.options.random, RESUBSCRIBE_MS);
      this.reconnection.timers.after(pause, () => void this.subscribe(socket, which, failures + 1));
    } else if (which === 0) {
      this.joined(pass);
    }
  }

  private joined(pass: Pass): void {
    this.failedConnections = 0;
    this.reconnection.opened();
    this.history.reopen();
    this.documents.start(pass);
    this.follower.flush();
  }

  private accept(pass: Pass): void {
    // The viewer's own channel is one of the viewer's traits.
    if (this.pass && this.pass.channels[1] !== pass.channels[1]) {
      this.history = new AudienceHistory();
      this.follower.changed();
    }
    this.pass = pass;
    this.reconnection.windowMs = toWindowMs(pass.joinWithinSeconds);
    if (this.sights?.viewer !== pass.ownAddress)
      this.sights = new KeptSights(this.options.matchId, pass.ownAddress);
  }

  /** The pass was replaced; if the viewer belongs to another audience now, connect anew. */
  private renewed(pass: Pass): void {
    const before = this.pass?.channels;
    this.accept(pass);
    this.documents.use(pass);
    if (this.socket && before?.join() !== pass.channels.join()) this.reconnection.lost(OWN_WINDOW_MS);
  }

  /** Unpack events one after another, so that versions keep their order. */
  private arrived(socket: EventsSocket, channel: string, event: string): void {
    const packed = packedMessage(event);
    if (packed === null) {
      this.published(channel, event);
      return;
    }
    this.unpacking = this.unpacking
      .then(() => unpack(packed))
      .then((text) => socket === this.socket && this.published(channel, text))
      .catch(() => {
        this.stats.ignoredFrames += 1;
      });
  }

  private published(channel: string, text: string): void {
    const message = readAudienceMessage(text);
    if (!message) {
      this.stats.ignoredFrames += 1;
      return;
    }
    const isOwn = channel === this.pass?.channels[1];
    this.clock.told(message.sentAt);
    if (isOwn) {
      this.documents.ownExists();
      this.sights?.markNamed();
    } else this.history.follow(message);
    this.received(message);
    if (!isOwn && !this.history.isGapless) this.documents.catchUp();
  }

  private received(message: AudienceMessage): void {
    if (message.matchId !== this.options.matchId || !this.sights) {
      this.stats.ignoredFrames += 1;
      return;
    }
    const { reconnectWithinSeconds, rulesEdition } = message;
    if (this.history.isNewest(message)) {
      this.passes.rulesAre(rulesEdition);
      if (reconnectWithinSeconds) this.reconnection.windowMs = toWindowMs(reconnectWithinSeconds);
    }
    const components = this.history.add(message, this.sights.all);
    if (components) this.answers.emit(components);
  }

  private failed(isRefused: boolean): void {
    if (this.state !== "open") this.failedConnections += 1;
    if (isRefused || this.failedConnections >= MOST_FAILURES) {
      this.failedConnections = 0;
      this.passes.discard();
    }
    this.reconnection.lost();
  }

  private readonly visibilityChanged = (): void => {
    if (document.visibilityState !== "visible") this.follower.flush();
    else if (this.socket && this.socket.silentMs > DOUBTFUL_MS) {
      this.documents.refresh();
      this.socket.check();
    }
  };

  private discardSocket(): void {
    this.socket?.close();
    this.socket = null;
    this.documents.stop();
  }
}

function toWindowMs(seconds: number): number {
  return Math.max(seconds * 1_000, SHORTEST_WINDOW_MS);
}
