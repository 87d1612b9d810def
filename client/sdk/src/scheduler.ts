import { Emitter } from "./emitter";
import type { Components, Placement } from "./protocol";

/** Where the picture is: programme time in epoch milliseconds, and how fast it runs (0 is paused). */
export interface Playhead {
  programmeMs: number;
  rate: number;
}

/** What belongs on the screen now: the message that is due, and the placements that go with it. */
export interface Screen {
  message: Components;
  placements: Placement[];
  alternatives: Placement[];
}

/** How many versions are kept, for seeking back: more than a match has. */
const KEPT = 500;
/** No timer sleeps longer: the player may drift from the clock. */
const LONGEST_SLEEP_MS = 500;

interface Timed {
  message: Components;
  notBefore: number;
  validUntil: number;
}

/**
 * Holds each version until the viewer's own picture reaches it: no spoilers.
 *
 * Due is the newest version whose `notBefore` the playhead has passed; from its `validUntil` on, what it names for
 * afterwards.
 * After seeking back, the version that was due then is due again. The same playhead always gives the same screen.
 */
export class Scheduler {
  readonly screens = new Emitter<Screen | null>();
  private readonly held: Timed[] = [];
  private shown: Screen | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly playhead: () => Playhead | null) {}

  /**
   * The newest version below which nothing is lacking; undefined before the first.
   *
   * A snapshot brings all that matters up to its own version. After it, a version that overtook another on the way
   * says nothing of the other: were it told as the last one seen, the other would never come.
   */
  get lastVersion(): number | undefined {
    const versions = this.held.map((each) => each.message.version);
    const snapshot = this.held.findLastIndex((each) => each.message.snapshot);
    const from = Math.max(0, snapshot);
    return versions.findLast(
      (version, index) => index >= from && version - index === (versions[from] ?? 0) - from,
    );
  }

  get screen(): Screen | null {
    return this.shown;
  }

  /** Every version that this viewer's picture has reached, oldest first. */
  past(): Components[] {
    const at = this.playhead()?.programmeMs ?? -Infinity;
    return this.held.filter((each) => each.notBefore <= at).map((each) => each.message);
  }

  /** Hold versions; one that is already held is dropped. Versions may overtake one another on the way. */
  offer(...messages: Components[]): void {
    for (const message of messages) {
      if (this.held.some((each) => each.message.version === message.version)) continue;
      const { notBefore, validUntil } = message.media;
      this.held.push({ message, notBefore: Date.parse(notBefore), validUntil: Date.parse(validUntil) });
    }
    this.held.sort((one, other) => one.message.version - other.message.version);
    this.held.splice(0, this.held.length - KEPT);
    this.update();
  }

  /** Look again: the player played, paused, sought, or its clock moved. */
  update(): void {
    clearTimeout(this.timer);
    const playhead = this.playhead();
    if (!playhead) {
      this.timer = setTimeout(() => this.update(), LONGEST_SLEEP_MS);
      return;
    }
    this.show(this.due(playhead.programmeMs));
    this.sleep(playhead);
  }

  /** Forget everything, as on another match. */
  clear(): void {
    clearTimeout(this.timer);
    this.held.length = 0;
    this.show(null);
  }

  private due(at: number): Screen | null {
    const reached = this.held.filter((each) => each.notBefore <= at);
    const newest = reached.at(-1);
    if (!newest) return null;
    const screen = newest.validUntil <= at ? afterwards(newest) : this.within(newest, reached);
    const same = screen?.message === this.shown?.message && screen?.placements === this.shown?.placements;
    return same ? this.shown : screen;
  }

  private within({ message }: Timed, reached: Timed[]): Screen {
    const source = reached.findLast((each) => each.message.rung !== "keep")?.message ?? message;
    return { message, placements: source.placements, alternatives: source.alternatives };
  }

  private sleep({ programmeMs, rate }: Playhead): void {
    const next = this.held
      .flatMap((each) => [each.notBefore, each.validUntil])
      .filter((boundary) => boundary > programmeMs);
    const wait =
      rate > 0 ? Math.min(LONGEST_SLEEP_MS, (Math.min(...next) - programmeMs) / rate) : LONGEST_SLEEP_MS;
    this.timer = setTimeout(() => this.update(), Math.max(1, Math.ceil(wait)));
  }

  private show(screen: Screen | null): void {
    if (screen === this.shown) return;
    this.shown = screen;
    this.screens.emit(screen);
  }
}

function afterwards({ message }: Timed): Screen | null {
  return message.afterwards.length > 0 ? { message, placements: message.afterwards, alternatives: [] } : null;
}
