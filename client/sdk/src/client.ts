import { Connection, type ConnectionOptions } from "./connection";
import { InteractionReporter } from "./interactions";
import type { Answer, Components, Interaction, Placement } from "./protocol";
import { type Playhead, Scheduler } from "./scheduler";

export interface TouchlineOptions extends ConnectionOptions {
  matchId: string;
  /** Where the viewer's picture is; null while nobody knows. */
  playhead: () => Playhead | null;
  /** How far the picture is behind the live edge, in milliseconds. */
  latencyMs: () => number;
}

const SYNC_MS = 30_000;
const MOST_LATENCY_MS = 600_000;
/** A match may be announced after its first viewer came: ask again, with jitter, until it is. */
const ASK_AGAIN_MS = 2_000;

/**
 * A viewer's app and Touchline: connects, follows one match, shows what is due, and tells what was done with it.
 *
 * After every loss it subscribes with the last version that it lacks nothing before, and with where its picture
 * is: what the picture can still come to is in the answer, so nothing is missed and nothing comes twice.
 */
export class TouchlineClient {
  readonly connection: Connection;
  readonly scheduler: Scheduler;
  readonly interactions: InteractionReporter;
  private timer: ReturnType<typeof setInterval> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: TouchlineOptions) {
    this.connection = new Connection(options);
    this.scheduler = new Scheduler(options.playhead);
    this.interactions = new InteractionReporter((batch) => this.tell(batch));
    this.connection.states.on((state) => state === "open" && void this.subscribe());
    this.connection.answers.on((answer) => this.received(answer));
  }

  /** Connect and follow the match. */
  start(): void {
    this.connection.open();
    this.timer = setInterval(() => this.sync(), SYNC_MS);
  }

  /** Leave. */
  stop(): void {
    clearInterval(this.timer);
    clearTimeout(this.again);
    this.connection.close();
    this.scheduler.clear();
    this.interactions.clear();
  }

  /** Tell what the viewer did with a placement of a message; `onScreen` are all components that were in view. */
  interact(
    type: Interaction["type"],
    placement: Placement,
    message: Components,
    onScreen: string[] = [],
    value?: number,
  ): void {
    this.interactions.report({
      type,
      componentId: placement.componentId,
      slot: placement.slot,
      version: message.version,
      occurredAt: new Date().toISOString(),
      ...(placement.recommendationId ? { recommendationId: placement.recommendationId } : {}),
      ...(onScreen.length > 0 ? { impression: onScreen.slice(0, 25) } : {}),
      ...(value === undefined ? {} : { value }),
    });
  }

  /** Tell where the picture is, as after a pause or a jump. */
  sync(): void {
    const playhead = this.options.playhead();
    if (!playhead) return;
    const latencyMs = Math.round(Math.min(MOST_LATENCY_MS, Math.max(0, this.options.latencyMs())));
    void this.connection.request({
      action: "sync",
      matchId: this.options.matchId,
      playhead: instant(playhead),
      latencyMs,
    });
  }

  private async subscribe(): Promise<void> {
    clearTimeout(this.again);
    const { matchId } = this.options;
    const lastVersion = this.scheduler.lastVersion;
    const playhead = this.options.playhead();
    const answer = await this.connection.request({
      action: "subscribe",
      matchId,
      ...(lastVersion === undefined ? {} : { lastVersion }),
      ...(playhead ? { playhead: instant(playhead) } : {}),
    });
    if (!answer) return;
    if (answer.type === "error") {
      const random = this.options.random ?? Math.random;
      const pause = ASK_AGAIN_MS * (0.5 + random());
      if (answer.code !== "BAD_REQUEST") this.again = setTimeout(() => void this.subscribe(), pause);
      return;
    }
    this.sync();
    void this.interactions.flush();
  }

  private async tell(interactions: Interaction[]): Promise<boolean> {
    const answer = await this.connection.request({
      action: "interact",
      matchId: this.options.matchId,
      interactions,
    });
    // What was refused as malformed would be refused again; what hit an outage is worth repeating.
    return answer !== null && !(answer.type === "error" && answer.code !== "BAD_REQUEST");
  }

  private received(answer: Answer): void {
    if (answer.type !== "components" || answer.matchId !== this.options.matchId) return;
    this.scheduler.offer(...(answer.missed ?? []), answer);
  }
}

function instant({ programmeMs }: Playhead): string {
  return new Date(programmeMs).toISOString();
}
