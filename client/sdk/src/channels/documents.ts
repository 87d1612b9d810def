import type { AudienceMessage } from "../audienceMessage";
import { pauseBefore } from "../backoff";
import { Timers } from "../timers";
import type { DocumentReader } from "./documentReader";
import type { Pass } from "./viewersProtocol";

export interface DocumentsOptions {
  audience: DocumentReader;
  own: DocumentReader;
  /** Return whether the viewer may be asked for by name; only such viewers have a document of their own. */
  mayBeNamed: () => boolean;
  /** Return the time within which all apps of the match may join. */
  windowMs: () => number;
  random: () => number;
  /** The audience's document was read, or the viewer's own. */
  received: (message: AudienceMessage, of: "audience" | "own") => void;
  /** Return whether the audience's versions are complete. */
  isComplete: () => boolean;
  /** The document was read often enough: what is still missing is not coming. */
  gaveUp: () => void;
}

/** After this time, or up to twice as long, a document that was being written is at the edge. */
const SETTLED_MS = 3_000;
/** The first pause before the audience's document is read again, if it lacks a version, and how often it is read. */
const REREAD_MS = 2_000;
const MOST_READS = 6;
/** Reading a document costs the edge less than joining costs the stage: all apps may do it in this part of the time. */
const PART_OF_JOINING = 1 / 60;
/** How long the audience's message waits for the viewer's own, which is preferred, when both documents are read. */
const OWN_FIRST_MS = 1_000;

/** Reads the documents of an audience and of a viewer when messages may be missing, and now and then. */
export class Documents {
  private pass: Pass | null = null;
  private hasOwn = false;
  private isRereading = false;
  private readonly timers = new Timers();

  constructor(private readonly options: DocumentsOptions) {}

  /** Read the documents of a pass, and go on reading them. */
  start(pass: Pass): void {
    this.stop();
    this.pass = pass;
    void this.readAtOnce();
    // What was published just before the subscription may not be in the document yet, or not at the edge.
    this.timers.after(SETTLED_MS * (1 + this.options.random()), () => void this.readAudience());
    this.refreshLater();
  }

  /** Use the addresses of a pass that replaces another one. */
  use(pass: Pass): void {
    if (this.pass) this.pass = pass;
  }

  /** Read no more. */
  stop(): void {
    this.timers.clear();
    this.isRereading = false;
    this.pass = null;
  }

  /** Read the documents now: the app may have slept. */
  refresh(): void {
    void this.read(this.hasOwn);
  }

  /** A version is missing: read the audience's document, until it has the version. */
  catchUp(): void {
    if (this.pass && !this.isRereading) this.rereadLater(0);
  }

  /** The viewer has a document: an app reads its own again only if it is asked for by name. */
  ownExists(): void {
    this.hasOwn = true;
  }

  private async readAtOnce(): Promise<void> {
    // An own document is an address of its own, so one that does not exist is asked for at the bucket each time.
    await this.read(this.options.mayBeNamed());
    if (this.pass && !this.options.isComplete()) this.catchUp();
  }

  /** Read the audience's document, and the viewer's own, which comes first if it is there in time. */
  private async read(readsOwn: boolean): Promise<void> {
    const { pass } = this;
    if (!pass) return;
    const own = readsOwn ? this.options.own.read(pass.documents[1]) : null;
    const audience = await this.options.audience.read(pass.documents[0]);
    const inTime = own && (await Promise.race([own, this.tooLate()]));
    if (inTime) this.receiveOwn(pass, inTime, audience);
    if (audience && this.isOfSameAudience(pass)) this.options.received(audience, "audience");
    if (own && !inTime) void own.then((late) => late && this.receiveOwn(pass, late, audience));
  }

  private tooLate(): Promise<null> {
    return new Promise((resolve) => this.timers.after(OWN_FIRST_MS, () => resolve(null)));
  }

  /**
   * Receive what an own document has of versions that the audience's has too, or not yet.
   *
   * The document of a viewer who is no longer asked for by name is not updated, so its moment may have been
   * cancelled since.
   */
  private receiveOwn(pass: Pass, own: AudienceMessage, audience: AudienceMessage | null): void {
    if (!this.isOfSameAudience(pass)) return;
    this.ownExists();
    const known = versionsOf(audience).map(({ version }) => version);
    const current = versionsOf(own).filter(
      ({ version }) => !audience || version > audience.version || known.includes(version),
    );
    const newest = current.pop();
    if (newest) this.options.received({ ...newest, missed: current }, "own");
  }

  private async readAudience(): Promise<void> {
    const { pass } = this;
    const message = pass && (await this.options.audience.read(pass.documents[0]));
    if (message && this.isOfSameAudience(pass)) this.options.received(message, "audience");
  }

  /** Return whether what a pass gave access to is still wanted: a viewer's audience may change. */
  private isOfSameAudience(pass: Pass): boolean {
    return this.pass?.channels.join() === pass.channels.join();
  }

  private rereadLater(reads: number): void {
    const windowMs = Math.max(REREAD_MS, this.options.windowMs() * PART_OF_JOINING);
    this.isRereading = true;
    this.timers.after(pauseBefore(reads, this.options.random, windowMs), () => void this.reread(reads + 1));
  }

  private async reread(reads: number): Promise<void> {
    await this.readAudience();
    if (!this.pass) return;
    this.isRereading = false;
    if (this.options.isComplete()) return;
    if (reads < MOST_READS) this.rereadLater(reads);
    else this.options.gaveUp();
  }

  private refreshLater(): void {
    const [shortest, longest] = this.pass?.refreshSeconds ?? [];
    if (shortest === undefined || longest === undefined) return;
    const seconds = shortest + this.options.random() * (longest - shortest);
    this.timers.after(seconds * 1_000, () => {
      this.refresh();
      this.refreshLater();
    });
  }
}

/** Return each version of a document, oldest first. */
function versionsOf(document: AudienceMessage | null): AudienceMessage[] {
  if (!document) return [];
  const { missed = [], ...newest } = document;
  return [...missed, newest];
}
