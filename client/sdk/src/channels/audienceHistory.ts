import type { AudienceMessage } from "../audienceMessage";
import { choose } from "../choice";
import type { Components, Rung, Version } from "../protocol";
import type { Sights } from "../sights";

/**
 * What an app has received of a match: which versions, and whether the channel has lost one.
 *
 * A document covers every version up to its own. After it, a version that does not follow the one before shows that the
 * channel lost what is between them, or that the server left it out.
 */
export class AudienceHistory {
  private readonly rungs = new Map<Version, Rung>();
  private newest = -1;
  /** The newest version up to which nothing is missing; null before the document is read. */
  private covered: Version | null = null;

  /** Whether nothing is known to be missing. */
  get isGapless(): boolean {
    return this.covered !== null && this.covered >= this.newest;
  }

  /** Return whether no later version has been received than this message's. */
  isNewest({ version }: AudienceMessage): boolean {
    return version >= this.newest;
  }

  /**
   * Add a message of a channel or a document, and return the `components` message of what is new in it; null if nothing
   * is. A version that was made for the viewer by name is new although the audience's is known.
   */
  add(message: AudienceMessage, sights: Sights): Components | null {
    const fresh = [...(message.missed ?? []), message].filter((each) => this.isNew(each));
    for (const each of fresh) this.rungs.set(each.version, each.rung);
    this.newest = Math.max(this.newest, message.version);
    const last = fresh.pop();
    if (!last) return null;
    const { missed: _, ...rest } = last;
    return choose(fresh.length > 0 ? { ...rest, missed: fresh } : rest, sights);
  }

  /** A version of the audience's channel has come. */
  follow({ version }: AudienceMessage): void {
    if (this.covered === version - 1) this.covered = version;
  }

  /** The audience's document has been read. */
  cover({ version }: AudienceMessage): void {
    this.covered = Math.max(this.covered ?? version, version);
  }

  /** The app has subscribed anew: what came before may be missing until the document is read. */
  reopen(): void {
    this.covered = null;
  }

  /** Take the history for gapless: what is missing has been asked for often enough. */
  giveUp(): void {
    this.covered = this.newest;
  }

  private isNew({ version, rung }: AudienceMessage): boolean {
    const known = this.rungs.get(version);
    return known === undefined || (rung === "viewer" && known !== "viewer");
  }
}
