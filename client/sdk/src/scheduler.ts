import { Emitter } from "./emitter";
import type { Components, Placement } from "./protocol";

/** The position of the picture: programme time in epoch milliseconds, and its rate (0 is paused). */
export interface Playhead {
  programmeMs: number;
  rate: number;
}

/** What the app shows now: the message that is due and its placements. */
export interface Screen {
  message: Components;
  placements: Placement[];
  alternatives: Placement[];
}

/** The most versions kept, for seeking back; a match has fewer. */
const MAX_VERSIONS = 500;
/** The longest timer, because the player may drift from the clock. */
const MAX_SLEEP_MS = 500;

interface Timed {
  message: Components;
  notBefore: number;
  validUntil: number;
}

/**
 * Holds each version until the viewer's own picture reaches it: no spoilers.
 *
 * The newest version whose `notBefore` the playhead has passed is due; from its `validUntil` on, its `afterwards`
 * placements are. The same playhead always gives the same screen, so seeking back shows what was due then. Components
 * that the newest version lists as frozen are in no screen, whatever the playhead.
 */
export class Scheduler {
  readonly screens = new Emitter<Screen | null>();
  private readonly held: Timed[] = [];
  private shown: Screen | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly playhead: () => Playhead | null) {}

  /**
   * The newest version of the gapless history; undefined before the first version.
   *
   * A snapshot covers every version up to its own. After it, a version that overtook another one does not count until
   * the other arrives: if it were reported as the last one seen, the server would never send the other.
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

  /** Return every version that the picture has reached, oldest first. */
  past(): Components[] {
    const at = this.playhead()?.programmeMs ?? -Infinity;
    return this.held.filter((each) => each.notBefore <= at).map((each) => each.message);
  }

  /**
   * Add versions, in any order.
   *
   * A version that is already held is ignored, unless this one was made for the viewer by name and the held one for
   * many, and the picture has not reached it.
   */
  offer(...messages: Components[]): void {
    const at = this.playhead()?.programmeMs ?? -Infinity;
    for (const message of messages) {
      const index = this.held.findIndex((each) => each.message.version === message.version);
      const held = this.held[index];
      if (held && (!isPreferred(message, held.message) || held.notBefore <= at)) continue;
      if (held) this.held.splice(index, 1);
      const { notBefore, validUntil } = message.media;
      this.held.push({ message, notBefore: Date.parse(notBefore), validUntil: Date.parse(validUntil) });
    }
    this.held.sort((one, other) => one.message.version - other.message.version);
    this.held.splice(0, this.held.length - MAX_VERSIONS);
    this.update();
  }

  /** Recompute the screen; call it when the player plays, pauses or seeks. */
  update(): void {
    clearTimeout(this.timer);
    const playhead = this.playhead();
    if (!playhead) {
      this.timer = setTimeout(() => this.update(), MAX_SLEEP_MS);
      return;
    }
    this.show(this.due(playhead.programmeMs));
    this.setTimer(playhead);
  }

  /** Drop all versions. */
  clear(): void {
    clearTimeout(this.timer);
    this.held.length = 0;
    this.show(null);
  }

  private due(at: number): Screen | null {
    const reached = this.held.filter((each) => each.notBefore <= at);
    const newest = reached.at(-1);
    if (!newest) return null;
    const due = newest.validUntil <= at ? afterwards(newest) : this.placementsOf(newest, reached);
    const screen = due && this.withoutFrozen(due);
    const same =
      screen?.message === this.shown?.message &&
      sameList(screen?.placements, this.shown?.placements) &&
      sameList(screen?.alternatives, this.shown?.alternatives);
    return same ? this.shown : screen;
  }

  private withoutFrozen({ message, placements, alternatives }: Screen): Screen {
    const frozen = new Set(this.held.at(-1)?.message.frozen);
    const allowed = ({ componentId }: Placement): boolean => !frozen.has(componentId);
    return {
      message,
      placements: placements.filter(allowed),
      alternatives: alternatives.filter(allowed),
    };
  }

  private placementsOf({ message }: Timed, reached: Timed[]): Screen {
    const from = reached.findLastIndex((each) => each.message.rung !== "keep");
    const source = reached[from]?.message ?? message;
    const cleared = new Set(reached.slice(from + 1).flatMap((each) => each.message.cleared ?? []));
    const kept = ({ slot }: Placement): boolean => !cleared.has(slot);
    return {
      message,
      placements: source.placements.filter(kept),
      alternatives: source.alternatives.filter(kept),
    };
  }

  private setTimer({ programmeMs, rate }: Playhead): void {
    const next = this.held
      .flatMap((each) => [each.notBefore, each.validUntil])
      .filter((boundary) => boundary > programmeMs);
    const wait = rate > 0 ? Math.min(MAX_SLEEP_MS, (Math.min(...next) - programmeMs) / rate) : MAX_SLEEP_MS;
    this.timer = setTimeout(() => this.update(), Math.max(1, Math.ceil(wait)));
  }

  private show(screen: Screen | null): void {
    if (screen === this.shown) return;
    this.shown = screen;
    this.screens.emit(screen);
  }
}

/** Return whether a message was made for the viewer by name, and the other message of its version was not. */
export function isPreferred(message: Components, other: Components): boolean {
  return message.rung === "viewer" && other.rung !== "viewer";
}

function sameList(one: Placement[] | undefined, other: Placement[] | undefined): boolean {
  return one?.length === other?.length && (one ?? []).every((each, index) => each === other?.[index]);
}

function afterwards({ message }: Timed): Screen | null {
  return message.afterwards.length > 0 ? { message, placements: message.afterwards, alternatives: [] } : null;
}
