import {
  type Components,
  ImpressionWatcher,
  type Interaction,
  type Placement,
  type Slot,
  TouchlineClient,
} from "@touchline/sdk";
import type { Config, Match } from "../config";
import { Player } from "../player/Player";
import { load } from "../remotes/federation";
import type { TokenSource } from "../signing/signIn";

const DEFAULT_BEHIND_SECONDS = 3;

/** A viewer's session of one match: the client, the player, and the component of each slot. */
export class Session {
  readonly client: TouchlineClient;
  readonly impressions = new ImpressionWatcher();
  readonly remotesUrl: string;
  private readonly occupants = new Map<Slot, string>();
  private player: Player | null = null;

  constructor(
    config: Config,
    readonly match: Match,
    tokens: TokenSource,
    /** The viewer's name. */
    readonly viewer: string,
  ) {
    this.remotesUrl = config.remotesUrl ?? location.origin;
    this.client = new TouchlineClient({
      url: config.webSocketUrl,
      token: tokens,
      matchId: match.id,
      playhead: () => this.player?.playhead() ?? null,
    });
    this.client.connection.answers.on((answer) => answer.type === "components" && this.preload(answer));
  }

  /** Play the stream in this element and follow the match. */
  start(video: HTMLVideoElement): Player {
    const behind = Number(new URLSearchParams(location.search).get("behind") ?? DEFAULT_BEHIND_SECONDS);
    this.player = new Player(video, this.match.stream, behind);
    for (const name of ["playing", "pause", "waiting", "ratechange", "seeked"]) {
      video.addEventListener(name, () => this.client.scheduler.update());
    }
    void this.player.start();
    this.client.start();
    return this.player;
  }

  stop(): void {
    this.client.stop();
    this.player?.stop();
    this.impressions.stop();
  }

  /** Return every message that the viewer's picture has reached. */
  past(): Components[] {
    return this.client.scheduler.past();
  }

  /** Return the position of the viewer's picture in programme time; null before the first picture. */
  readonly programmeMs = (): number | null => this.player?.playhead()?.programmeMs ?? null;

  /** Record the component of a slot; null if the slot is empty. */
  occupied(slot: Slot, componentId: string | null): void {
    if (componentId === null) this.occupants.delete(slot);
    else this.occupants.set(slot, componentId);
  }

  interact(type: Interaction["type"], placement: Placement, message: Components, value?: number): void {
    this.client.interact(type, placement, message, [...this.occupants.values()], value);
  }

  /** Load the micro-frontends of a message before it is due. */
  private preload({ missed = [], ...newest }: Components): void {
    for (const { remote } of [...missed, newest].flatMap((each) => each.placements))
      load(remote, this.remotesUrl).catch(() => undefined);
  }
}
