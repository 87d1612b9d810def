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
import { load } from "../remotes/load";
import type { TokenSource } from "../signing/signIn";
import { cohortWords } from "./cohortWords";
import { keepPosition, keptPosition } from "./keptPosition";

const DEFAULT_BEHIND_SECONDS = 3;

/** A viewer's session of one match: the client, the player, and the component of each slot. */
export class Session {
  readonly client: TouchlineClient;
  readonly impressions = new ImpressionWatcher();
  readonly remotesUrl: string;
  /** Returns the viewer's cohort in words of the page's language; empty before the first connection. */
  private cohortNow = (): string => "";
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
      token: async () => {
        const token = await tokens();
        this.cohortNow = () => cohortWords(token, [match.home.name, match.away.name]);
        return token;
      },
      matchId: match.id,
      delivery: config.delivery,
      kickOff: match.kickOff,
      playhead: () => this.player?.playhead() ?? null,
    });
    this.client.connection.answers.on((answer) => answer.type === "components" && this.preload(answer));
  }

  /** The viewer's cohort in words; empty before the first connection. */
  get cohort(): string {
    return this.cohortNow();
  }

  /** Play the stream in this element and follow the match. */
  start(video: HTMLVideoElement): Player {
    const behind = Number(new URLSearchParams(location.search).get("behind") ?? DEFAULT_BEHIND_SECONDS);
    this.player = new Player(video, this.match.stream, behind);
    for (const name of ["playing", "pause", "waiting", "ratechange", "seeked"]) {
      video.addEventListener(name, () => this.client.scheduler.update());
    }
    void this.player.start(keptPosition(this.match.id));
    addEventListener("pagehide", this.keepPosition);
    this.client.start();
    return this.player;
  }

  stop(): void {
    removeEventListener("pagehide", this.keepPosition);
    this.client.stop();
    this.player?.stop();
    this.impressions.stop();
  }

  /** Forget what this tab keeps of the viewer, who signs out. */
  forget(): void {
    keepPosition(this.match.id, null);
    this.client.forget();
  }

  /** Return every message that the viewer's picture has reached. */
  past(): Components[] {
    return this.client.scheduler.past();
  }

  /** Return the position of the viewer's picture in programme time; null before the first picture. */
  readonly programmeMs = (): number | null => this.player?.playhead()?.programmeMs ?? null;

  /** Keep the position for a reload, unless the picture is live: a viewer who is behind must not see ahead. */
  private readonly keepPosition = (): void => {
    const programmeMs = this.programmeMs();
    if (this.player?.isLive()) keepPosition(this.match.id, null);
    else if (programmeMs !== null) keepPosition(this.match.id, programmeMs);
  };

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
