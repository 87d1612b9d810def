import { pauseBefore } from "./backoff";
import { Connection, type ConnectionOptions } from "./connection";
import { InteractionReporter } from "./interactions";
import type { Answer, Components, Interaction, Placement } from "./protocol";
import { type Playhead, Scheduler } from "./scheduler";

export interface TouchlineOptions extends ConnectionOptions {
  matchId: string;
  /** Return the position of the viewer's picture; null while it is unknown. */
  playhead: () => Playhead | null;
}

/** The first pause before a failed subscription is retried; a match may be announced after its first viewer connects. */
const RESUBSCRIBE_MS = 4_000;

/**
 * The client of one viewer and one match: connects, schedules the screens, and reports interactions.
 *
 * After every loss it subscribes with the last version of its gapless history and the position of its picture. The
 * answer holds every version that the picture has not reached, so no version is missed or repeated.
 */
export class TouchlineClient {
  readonly connection: Connection;
  readonly scheduler: Scheduler;
  readonly interactions: InteractionReporter;
  private resubscribe: ReturnType<typeof setTimeout> | undefined;
  private failedSubscriptions = 0;
  private readonly random: () => number;

  constructor(private readonly options: TouchlineOptions) {
    this.random = options.random ?? Math.random;
    this.connection = new Connection(options);
    this.scheduler = new Scheduler(options.playhead);
    this.interactions = new InteractionReporter((batch) => this.sendBatch(batch), this.random);
    this.connection.states.on((state) => state === "open" && void this.subscribe());
    this.connection.answers.on((answer) => this.received(answer));
  }

  /** Connect and follow the match. */
  start(): void {
    this.connection.open();
  }

  /** Disconnect and stop following the match. */
  stop(): void {
    clearTimeout(this.resubscribe);
    this.connection.close();
    this.scheduler.clear();
    this.interactions.clear();
  }

  /** Report an interaction with a placement of a message; `onScreen` lists all components in view. */
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

  private async subscribe(): Promise<void> {
    clearTimeout(this.resubscribe);
    const { matchId } = this.options;
    const lastVersion = this.scheduler.lastVersion;
    const playhead = this.options.playhead();
    const answer = await this.connection.request({
      action: "subscribe",
      matchId,
      ...(lastVersion === undefined ? {} : { lastVersion }),
      ...(playhead ? { playhead: instant(playhead) } : {}),
    });
    if (answer?.type === "error" && answer.code === "BAD_REQUEST") return;
    if (answer && answer.type !== "error") {
      this.failedSubscriptions = 0;
      void this.interactions.flush();
    } else if (this.connection.state === "open") {
      const pause = pauseBefore(this.failedSubscriptions, this.random, RESUBSCRIBE_MS);
      this.failedSubscriptions += 1;
      this.resubscribe = setTimeout(() => void this.subscribe(), pause);
    }
  }

  private async sendBatch(interactions: Interaction[]): Promise<boolean> {
    const answer = await this.connection.request({
      action: "interact",
      matchId: this.options.matchId,
      interactions,
    });
    // A malformed request would be refused again; after an outage a retry can succeed.
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
