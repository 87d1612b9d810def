import type { Connection } from "./connection";
import type { Batching } from "./interactions";
import type { Answer, Interaction } from "./protocol";

/** The way between one viewer's app and the server, for one match; the stage's delivery mode decides which. */
export interface Transport
  extends Pick<Connection, "state" | "states" | "answers" | "stats" | "open" | "close"> {
  /** How interactions are put together. */
  readonly batching: Batching;
  /** Send interactions once; resolves with the answer, or with null if there is none and they must be sent again. */
  interact(interactions: Interaction[]): Promise<Answer | null>;
  /** The viewer has seen this placement; returns whether the impression is to be reported by itself. */
  saw(impression: Interaction): boolean;
  /** Replace the connection by one with a new token. */
  renew(): void;
  /** Forget what this tab keeps of the viewer, for a viewer who signs out. */
  forget(): void;
}

/** What a transport asks its client. */
export interface Follower {
  /** The newest version of the client's gapless history. */
  lastVersion(): number | undefined;
  /** The position of the viewer's picture as an instant; undefined while it is unknown. */
  playhead(): string | undefined;
  /** The viewer has other traits than before: what was placed for those leaves the screen. */
  changed(): void;
  /** Send the interactions that wait: the server has accepted this viewer for the match, or the page is left. */
  flush(): void;
}
