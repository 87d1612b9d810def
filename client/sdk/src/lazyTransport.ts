import { pauseBefore } from "./backoff";
import { type ConnectionStats, noStats } from "./connection";
import { Emitter } from "./emitter";
import type { Batching } from "./interactions";
import type { Answer, Interaction } from "./protocol";
import type { ConnectionState } from "./reconnection";
import { forgetSights } from "./sights";
import { Timers } from "./timers";
import type { Transport } from "./transport";

export interface LazyTransportOptions {
  /** Load the code of the transport, and create it. */
  load: () => Promise<Transport>;
  matchId: string;
  batching: Batching;
  random: () => number;
}

/** A transport whose code is loaded when it is opened, so that apps of other stages do not load it. */
export class LazyTransport implements Transport {
  readonly states = new Emitter<ConnectionState>();
  readonly answers = new Emitter<Answer>();
  readonly batching: Batching;
  private current: ConnectionState = "closed";
  private loaded: Transport | null = null;
  private readonly timers = new Timers();

  constructor(private readonly options: LazyTransportOptions) {
    this.batching = options.batching;
  }

  get state(): ConnectionState {
    return this.current;
  }

  get stats(): ConnectionStats {
    return this.loaded?.stats ?? noStats();
  }

  open(): void {
    if (this.current !== "closed") return;
    this.setState("connecting");
    if (this.loaded) this.loaded.open();
    else void this.load(0);
  }

  close(): void {
    this.timers.clear();
    this.loaded?.close();
    this.setState("closed");
  }

  interact(interactions: Interaction[]): Promise<Answer | null> {
    return this.loaded?.interact(interactions) ?? Promise.resolve(null);
  }

  saw(impression: Interaction): boolean {
    return this.loaded?.saw(impression) ?? true;
  }

  renew(): void {
    this.loaded?.renew();
  }

  forget(): void {
    forgetSights(this.options.matchId);
    this.loaded?.forget();
  }

  private async load(failures: number): Promise<void> {
    const { load, random } = this.options;
    try {
      const transport = this.loaded ?? (await load());
      if (this.loaded) return;
      this.loaded = transport;
      transport.states.on((state) => this.setState(state));
      transport.answers.on((answer) => this.answers.emit(answer));
      if (this.current !== "closed") transport.open();
    } catch {
      if (this.current === "closed") return;
      this.setState("waiting");
      this.timers.after(pauseBefore(failures, random), () => void this.load(failures + 1));
    }
  }

  private setState(state: ConnectionState): void {
    if (state === this.current) return;
    this.current = state;
    this.states.emit(state);
  }
}
