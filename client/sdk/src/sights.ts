/** How often a viewer has seen a component in a match, and when last, in epoch milliseconds. */
export interface Sight {
  count: number;
  lastAt: number;
}

/** What a viewer has seen in a match, by component id. */
export type Sights = ReadonlyMap<string, Sight>;

/** The most components of a match; those that were seen longest ago are dropped. */
const MAX_COMPONENTS = 500;
/** How long the browser keeps the sights of a match after the last one. */
const KEPT_FOR_MS = 24 * 60 * 60 * 1_000;

const PREFIX = "touchline.sights.";
const matchPrefix = (matchId: string): string => `${PREFIX}${encodeURIComponent(matchId)}/`;

interface Kept {
  seen: Map<string, Sight>;
  /** Whether the viewer may be asked for by name: they made a choice, or got a message of their own. */
  mayBeNamed: boolean;
}

/**
 * What the browser knows of one viewer in one match; all its tabs share that and keep it for a day.
 *
 * Each viewer has an entry of their own, because several may share a device.
 */
export class KeptSights {
  private readonly key: string;
  private kept: Kept;
  private isForgotten = false;

  /** `viewer` is the viewer's own address in the match. */
  constructor(
    matchId: string,
    readonly viewer: string,
  ) {
    this.key = matchPrefix(matchId) + viewer;
    this.kept = stored(this.key) ?? { seen: new Map(), mayBeNamed: false };
    removeExpired();
  }

  get all(): Sights {
    this.readAgain();
    return this.kept.seen;
  }

  get mayBeNamed(): boolean {
    this.readAgain();
    return this.kept.mayBeNamed;
  }

  /** Count a sight. */
  add(componentId: string, at: number): void {
    this.readAgain();
    const { seen } = this.kept;
    const count = (seen.get(componentId)?.count ?? 0) + 1;
    seen.delete(componentId);
    seen.set(componentId, { count, lastAt: at });
    for (const oldest of [...seen.keys()].slice(0, -MAX_COMPONENTS)) seen.delete(oldest);
    this.write();
  }

  /** The viewer may be asked for by name from now on. */
  markNamed(): void {
    if (this.mayBeNamed) return;
    this.kept.mayBeNamed = true;
    this.write();
  }

  /** Forget the sights, and keep no further ones. */
  forget(): void {
    this.isForgotten = true;
    remove(this.key);
  }

  /** Take what another tab has added; without storage this tab's own sights stay. */
  private readAgain(): void {
    if (!this.isForgotten) this.kept = stored(this.key) ?? this.kept;
  }

  private write(): void {
    if (!this.isForgotten) store(this.key, this.kept);
  }
}

/** Forget what this browser keeps of a match, whoever watched it. */
export function forgetSights(matchId: string): void {
  for (const key of keptKeys(matchPrefix(matchId))) remove(key);
}

function removeExpired(): void {
  for (const key of keptKeys(PREFIX)) if (!stored(key)) remove(key);
}

function keptKeys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

function store(key: string, { seen, mayBeNamed }: Kept): void {
  try {
    const until = Date.now() + KEPT_FOR_MS;
    localStorage.setItem(key, JSON.stringify({ until, seen: [...seen], mayBeNamed }));
  } catch {
    // Private windows of some browsers have no storage.
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was stored.
  }
}

/** Return what an entry keeps; null if there is none that is valid. */
function stored(key: string): Kept | null {
  try {
    const entry = JSON.parse(localStorage.getItem(key) ?? "null");
    if (!(entry.until > Date.now())) return null;
    const isSight = ([componentId, sight]: [unknown, Sight]): boolean =>
      typeof componentId === "string" && [sight.count, sight.lastAt].every(Number.isFinite);
    return { seen: new Map(entry.seen.filter(isSight)), mayBeNamed: entry.mayBeNamed === true };
  } catch {
    return null;
  }
}
