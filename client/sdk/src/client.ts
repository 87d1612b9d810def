import type { Delivery } from "./channels/delivery";
import type { ConnectionOptions } from "./connection";
import { InteractionReporter, OVER_HTTPS } from "./interactions";
import { LazyTransport } from "./lazyTransport";
import type { Answer, Components, Interaction, Placement } from "./protocol";
import { type Playhead, Scheduler } from "./scheduler";
import { SocketTransport } from "./socketTransport";
import type { Follower, Transport } from "./transport";

export interface TouchlineOptions extends ConnectionOptions {
  matchId: string;
  /** Return the position of the viewer's picture; null while it is unknown. */
  playhead: () => Playhead | null;
  /** The `delivery` of the stage's config.json; a stage without it delivers over its WebSocket API. */
  delivery?: Delivery | undefined;
  /** The instant of kick-off, around which apps join within the time that the stage asks for. */
  kickOff?: string;
  /** Send a request over HTTPS; tests pass a fake. */
  request?: typeof fetch;
}

/** Errors of interactions that would be refused again; after any other a retry can succeed. */
const FINAL = ["BAD_REQUEST", "NOT_PLACED", "NOT_SHOWN"];
/** The field that a refusal names: the position of one interaction of the batch. */
const POSITION = /^interactions\[(\d+)\]/;

/** The client of one viewer and one match: follows the match, schedules the screens, and reports interactions. */
export class TouchlineClient {
  readonly connection: Transport;
  readonly scheduler: Scheduler;
  readonly interactions: InteractionReporter;
  /** The placements whose impressions were made, each with the impression if it is reported only with a reaction. */
  private readonly shown = new Map<string, Interaction | null>();

  constructor(private readonly options: TouchlineOptions) {
    this.scheduler = new Scheduler(options.playhead);
    this.connection = transportOf(options, {
      lastVersion: () => this.scheduler.lastVersion,
      playhead: () => this.playhead(),
      changed: () => this.drop(),
      flush: () => void this.interactions.flush(),
    });
    this.interactions = new InteractionReporter(
      (batch) => this.sendBatch(batch),
      options.random,
      this.connection.batching,
    );
    this.connection.answers.on((answer) => this.received(answer));
  }

  /** Connect and follow the match. */
  start(): void {
    this.connection.open();
  }

  /** Disconnect and stop following the match. */
  stop(): void {
    this.connection.close();
    this.scheduler.clear();
    this.interactions.clear();
    this.shown.clear();
  }

  /**
   * Take a new token, and the placements that its viewer's traits allow; none is shown until they come.
   *
   * Call it when the viewer has given or withdrawn a consent.
   */
  renew(): void {
    this.drop();
    this.connection.renew();
  }

  /** Forget what this tab keeps of the viewer, who signs out. */
  forget(): void {
    this.connection.forget();
  }

  /**
   * Report an interaction with a placement of a message; `onScreen` lists all components in view.
   *
   * Each placement has one impression, and it comes first: who acts on a component within its first second has seen
   * it. A placement without a signature cannot be reported.
   */
  interact(
    type: Interaction["type"],
    placement: Placement,
    message: Components,
    onScreen: string[] = [],
    value?: number,
  ): void {
    const { signature } = placement;
    if (signature === null) return;
    const act = (type: Interaction["type"], value?: number): Interaction => ({
      type,
      componentId: placement.componentId,
      slot: placement.slot,
      version: message.version,
      signature,
      occurredAt: new Date().toISOString(),
      ...(placement.recommendationId ? { recommendationId: placement.recommendationId } : {}),
      ...(onScreen.length > 0 ? { impression: onScreen.slice(0, 25) } : {}),
      ...(value === undefined ? {} : { value }),
    });
    const key = `${message.version} ${placement.slot} ${placement.componentId}`;
    if (!this.shown.has(key)) {
      const impression = act("impression", type === "impression" ? value : undefined);
      const isReported = this.connection.saw(impression);
      this.shown.set(key, isReported ? null : impression);
      if (isReported) this.interactions.report(impression);
    }
    if (type === "impression") return;
    const unreported = this.shown.get(key);
    if (unreported) {
      this.shown.set(key, null);
      this.interactions.report(unreported);
    }
    this.interactions.report(act(type, value));
  }

  /** Drop what was placed: the same version may come again, with other placements. */
  private drop(): void {
    this.scheduler.clear();
    this.shown.clear();
  }

  private playhead(): string | undefined {
    const playhead = this.options.playhead();
    return playhead ? new Date(playhead.programmeMs).toISOString() : undefined;
  }

  /** Send a batch; one interaction that is refused for good is left out, and the others are sent again. */
  private async sendBatch(interactions: Interaction[]): Promise<boolean> {
    const answer = await this.connection.interact(interactions);
    if (answer?.type !== "error") return answer !== null;
    if (!FINAL.includes(answer.code)) return false;
    const refused = Number(POSITION.exec(answer.field ?? "")?.[1] ?? Number.NaN);
    const rest = interactions.filter((_, position) => position !== refused);
    return rest.length === 0 || rest.length === interactions.length || this.sendBatch(rest);
  }

  private received(answer: Answer): void {
    if (answer.type !== "components" || answer.matchId !== this.options.matchId) return;
    this.scheduler.offer(...(answer.missed ?? []), answer);
  }
}

function transportOf(options: TouchlineOptions, follower: Follower): Transport {
  const { delivery, matchId, kickOff, token } = options;
  if (!delivery) return new SocketTransport(options, matchId, follower);
  const random = options.random ?? Math.random;
  const openSocket = options.openSocket ?? ((url, protocols) => new WebSocket(url, protocols));
  const request: typeof fetch = options.request ?? ((...call) => fetch(...call));
  const load = async (): Promise<Transport> => {
    const { ChannelTransport } = await import("./channels/channelTransport");
    const channels = { delivery, matchId, kickOff, token, openSocket, request, random };
    return new ChannelTransport(channels, follower);
  };
  return new LazyTransport({ load, matchId, batching: OVER_HTTPS, random });
}
