import { pauseBefore } from "../backoff";
import type { Error as ProtocolError } from "../protocol";
import { Timers } from "../timers";
import { traitsOf } from "../traits";
import { isError } from "./viewersApi";
import type { Pass } from "./viewersProtocol";

const MINUTE_MS = 60_000;
/** A pass is renewed at a random time between these shares of its life, so that apps that came together do not meet. */
const EARLIEST_RENEWAL = 0.5;
const LATEST_RENEWAL = 0.9;
/** A pass that is younger is not renewed for another token of the same traits: some issuers make one for each call. */
const YOUNG_MS = 5 * MINUTE_MS;
/** The shortest time within which apps renew their passes when all of them have the same reason. */
const SHORTEST_WINDOW_MS = 5_000;

interface Held {
  pass: Pass;
  token: string;
  issuedAt: number;
  lifeMs: number;
}

export interface PassKeeperOptions {
  /** Ask the server for a pass. */
  ask: () => Promise<Pass | ProtocolError | null>;
  /** Return the viewer's newest ID token. */
  token: () => string;
  /** Return the time within which all apps of the match may join. */
  windowMs: () => number;
  random: () => number;
  /** A pass replaces another one. */
  renewed: (pass: Pass) => void;
  /** The pass is over, and the server gave no other. */
  expired: () => void;
}

/** Keeps a valid pass: renews it before it expires, when the rules ask for other consents, and with the viewer's token. */
export class PassKeeper {
  private held: Held | null = null;
  private asking: Promise<Pass | ProtocolError | null> | null = null;
  private failures = 0;
  private renewalsForRules = 0;
  private isRenewalPlanned = false;
  private readonly timers = new Timers();

  constructor(private readonly options: PassKeeperOptions) {}

  /** The pass; null if there is none that is valid. */
  get current(): Pass | null {
    const { held } = this;
    return held && Date.now() < held.issuedAt + held.lifeMs ? held.pass : null;
  }

  /** Return the pass, or the server's answer to a request for one; null if it did not answer. */
  get(): Promise<Pass | ProtocolError | null> {
    return this.current ? Promise.resolve(this.current) : this.ask();
  }

  /** A message says which edition of the rules is in force; another than the pass's needs another pass. */
  rulesAre(edition: string): void {
    if (!this.held || this.isRenewalPlanned) return;
    if (this.held.pass.rulesEdition === edition) {
      this.renewalsForRules = 0;
      return;
    }
    const windowMs = Math.max(this.options.windowMs(), SHORTEST_WINDOW_MS);
    this.renewAfter(pauseBefore(this.renewalsForRules, this.options.random, windowMs));
    this.renewalsForRules += 1;
  }

  /** The app has used a token; if it is not the one that the pass was issued for, the viewer's traits may be others. */
  tokenIs(token: string): void {
    const { held } = this;
    if (!held || this.isRenewalPlanned || held.token === token) return;
    const isYoung = Date.now() < held.issuedAt + YOUNG_MS;
    const isOfOtherTraits = traitsOf(held.token) !== traitsOf(token);
    if (isOfOtherTraits || !isYoung) this.renewAfter(this.options.random() * SHORTEST_WINDOW_MS);
  }

  /** Forget the pass: it is not accepted, or no longer needed. */
  discard(): void {
    this.timers.clear();
    this.isRenewalPlanned = false;
    this.held = null;
    this.asking = null;
  }

  private ask(): Promise<Pass | ProtocolError | null> {
    if (this.asking) return this.asking;
    const asking = this.options.ask().then((answer) => {
      if (this.asking !== asking) return null;
      this.asking = null;
      if (answer && !isError(answer)) this.hold(answer);
      return answer;
    });
    this.asking = asking;
    return asking;
  }

  private hold(pass: Pass): void {
    const { random, renewed, expired } = this.options;
    const isRenewal = this.held !== null;
    this.discard();
    this.failures = 0;
    // Both instants are the server's, because the viewer's clock may be wrong.
    const lifeMs = Date.parse(pass.expiresAt) - Date.parse(pass.issuedAt);
    this.held = { pass, token: this.options.token(), issuedAt: Date.now(), lifeMs };
    const share = EARLIEST_RENEWAL + random() * (LATEST_RENEWAL - EARLIEST_RENEWAL);
    this.timers.after(lifeMs * share, () => void this.renew());
    this.timers.after(lifeMs, () => {
      this.discard();
      expired();
    });
    if (isRenewal) renewed(pass);
  }

  private renewAfter(milliseconds: number): void {
    this.isRenewalPlanned = true;
    this.timers.after(milliseconds, () => void this.renew());
  }

  private async renew(): Promise<void> {
    const answer = await this.ask();
    if (!this.held || (answer && !isError(answer))) return;
    this.renewAfter(pauseBefore(this.failures, this.options.random, this.options.windowMs()));
    this.failures += 1;
  }
}
