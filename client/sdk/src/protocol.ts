// Generated from docs/websocket.asyncapi.yaml by `npm run generate`. Do not edit.

/** Follow a match; `lastVersion` is the newest version that the app shows, after a reconnect. */
export type Subscribe = {
  action: "subscribe";
  matchId: MatchId;
  lastVersion?: Version;
  requestId?: RequestId;
};

/** Stop following a match; doing so twice is no error. */
export type Unsubscribe = {
  action: "unsubscribe";
  matchId: MatchId;
  requestId?: RequestId;
};

/** What the viewer did with components of a match that this connection follows. */
export type Interact = {
  action: "interact";
  matchId: MatchId;
  interactions: Interaction[];
  requestId?: RequestId;
};

/** One act. Told again it is the same act, and counts once. */
export type Interaction = {
  type: "impression" | "click" | "dismissal" | "conversion";
  componentId: string;
  slot: Slot;
  recommendationId?: string;
  version: Version;
  occurredAt: Instant;
  value?: number;
  impression?: string[];
};

/** Where the app's player is, and how far behind the live edge. */
export type Sync = {
  action: "sync";
  matchId: MatchId;
  playhead: Instant;
  latencyMs: number;
  requestId?: RequestId;
};

export type Ping = {
  action: "ping";
  requestId?: RequestId;
};

/** One version of a match's context and what to show in it. A slot without a placement shows nothing, unless `rung` is `keep`: then the app keeps what it shows. */
export type Components = {
  type: "components";
  matchId: MatchId;
  version: Version;
  moment: Moment | null;
  score: Score;
  columns: Columns;
  media: Media;
  rung: Rung;
  placements: Placement[];
  alternatives: Placement[];
  snapshot: boolean;
  requestId?: RequestId;
  sentAt: Instant;
  trace: Trace;
};

/** The moment that the screen is about. */
export type Moment = {
  id: string;
  type: string;
  period: number;
  clockSeconds: number;
  team: string | null;
  player: string | null;
  score: Score;
};

/** A component in its slot, and why it is there. */
export type Placement = {
  slot: Slot;
  componentId: string;
  type: string;
  title: string;
  rank: number;
  remote: Remote;
  properties: Record<string, unknown>;
  recommendationId: string | null;
  rung: Rung;
  constraints: string[];
};

/** Where the micro-frontend is loaded from, and the hash that proves it. */
export type Remote = {
  url: string;
  module: string;
  integrity: string;
};

/** When the placements may be on the screen, in the time of the programme. */
export type Media = {
  time: Instant | null;
  notBefore: Instant;
  validUntil: Instant;
};

/** The context as the recommender was asked in it; the context registry has the vocabularies. */
export type Columns = {
  MATCH_EVENT: string;
  SCORE_DIFFERENCE: string;
  MATCH_PHASE: string;
  TEAM_COMPOSITION: string;
  OCCASION: string;
};

/** When each step was taken, in epoch milliseconds. */
export type Trace = {
  momentOccurredAt?: number;
  signalReceivedAt?: number;
  momentDetectedAt?: number;
  contextBuiltAt?: number;
  plannedAt?: number;
  startedAt?: number;
  recommendedAt?: number;
  postedAt?: number;
};

/** The request was carried out. */
export type Ack = {
  type: "ack";
  action: "subscribe" | "unsubscribe" | "interact" | "sync";
  requestId?: RequestId;
  matchId?: MatchId;
  version?: Version;
};

export type Pong = {
  type: "pong";
  sentAt: Instant;
  requestId?: RequestId;
};

/** The request was not carried out; the connection lives on. */
export type Error = {
  type: "error";
  code: "BAD_REQUEST" | "UNKNOWN_ACTION" | "UNKNOWN_MATCH" | "NOT_SUBSCRIBED" | "INTERNAL";
  message: string;
  field?: string;
  expected?: string;
  requestId?: RequestId;
};

export type MatchId = string;

/** Comes back in the answer */
export type RequestId = string;

export type Version = number;

export type Slot = "overlay" | "side_panel" | "lower_third" | "ticker";

/** The step of the ladder that the answer came from, best first. */
export type Rung = "viewer" | "cohort" | "popularity" | "editorial" | "keep";

/** Goals of home and away. */
export type Score = [number, number];

/** ISO 8601 with an offset; Touchline writes UTC with milliseconds. */
export type Instant = string;

/** What an app may send. */
export type Request = Subscribe | Unsubscribe | Interact | Sync | Ping;

/** What an app may receive. */
export type Answer = Components | Ack | Error | Pong;
