import { pauseBefore } from "./backoff";
import { Connection, type ConnectionOptions } from "./connection";
import { OVER_A_SOCKET } from "./interactions";
import type { Answer, Interaction } from "./protocol";
import { traitsOf } from "./traits";
import type { Follower, Transport } from "./transport";

/** The first pause before a failed subscription is retried; a match may be announced after its first viewer connects. */
const RESUBSCRIBE_MS = 4_000;

/**
 * Follows a match over the stage's WebSocket API: delivery mode `connections`.
 *
 * After every loss it subscribes with the last version of the client's gapless history and the position of its
 * picture. The answer holds every version that the picture has not reached, so no version is missed or repeated.
 */
export class SocketTransport implements Transport {
  readonly batching = OVER_A_SOCKET;
  private readonly connection: Connection;
  private readonly random: () => number;
  private resubscribe: ReturnType<typeof setTimeout> | undefined;
  private failedSubscriptions = 0;
  /** Those of the newest token; null before the first. */
  private traits: string | null = null;

  constructor(
    options: ConnectionOptions,
    private readonly matchId: string,
    private readonly follower: Follower,
  ) {
    this.random = options.random ?? Math.random;
    this.connection = new Connection({ ...options, token: async () => this.used(await options.token()) });
    this.states.on((state) => state === "open" && void this.subscribe());
  }

  get state(): Connection["state"] {
    return this.connection.state;
  }

  get states(): Connection["states"] {
    return this.connection.states;
  }

  get answers(): Connection["answers"] {
    return this.connection.answers;
  }

  get stats(): Connection["stats"] {
    return this.connection.stats;
  }

  open(): void {
    this.connection.open();
  }

  close(): void {
    clearTimeout(this.resubscribe);
    this.connection.close();
  }

  interact(interactions: Interaction[]): Promise<Answer | null> {
    return this.connection.request({ action: "interact", matchId: this.matchId, interactions });
  }

  /** The server counts what the viewer has seen, so it hears of every impression. */
  saw(): boolean {
    return true;
  }

  renew(): void {
    this.connection.renew();
  }

  forget(): void {}

  /** A token is used; one of other traits makes the server send the newest version again, with what they allow. */
  private used(token: string): string {
    const traits = traitsOf(token);
    if (this.traits !== null && this.traits !== traits) this.follower.changed();
    this.traits = traits;
    return token;
  }

  private async subscribe(): Promise<void> {
    clearTimeout(this.resubscribe);
    const lastVersion = this.follower.lastVersion();
    const playhead = this.follower.playhead();
    const answer = await this.connection.request({
      action: "subscribe",
      matchId: this.matchId,
      ...(lastVersion === undefined ? {} : { lastVersion }),
      ...(playhead === undefined ? {} : { playhead }),
    });
    if (answer?.type === "error" && answer.code === "BAD_REQUEST") return;
    if (answer && answer.type !== "error") {
      this.failedSubscriptions = 0;
      this.follower.flush();
    } else if (this.state === "open") {
      const pause = pauseBefore(this.failedSubscriptions, this.random, RESUBSCRIBE_MS);
      this.failedSubscriptions += 1;
      this.resubscribe = setTimeout(() => void this.subscribe(), pause);
    }
  }
}
