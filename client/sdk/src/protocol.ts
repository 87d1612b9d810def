// Generated from docs/websocket.asyncapi.yaml by `npm run generate`. Do not edit.

/** Subscribe to a match. After a reconnect, `lastVersion` is the newest version that the app has; `playhead` is the media time of its picture, if known. */
export type Subscribe = {
  action: "subscribe";
  matchId: MatchId;
  lastVersion?: Version;
  playhead?: Instant;
  requestId?: RequestId;
};

/** Unsubscribe from a match; idempotent. */
export type Unsubscribe = {
  action: "unsubscribe";
  matchId: MatchId;
  requestId?: RequestId;
};

/** Interactions with components of a match to which this connection is subscribed. */
export type Interact = {
  action: "interact";
  matchId: MatchId;
  interactions: Interaction[];
  requestId?: RequestId;
};

/** One interaction. If it is sent again unchanged, it counts once. Everything but an impression needs an impression of the same placement, in an earlier message or in this one; a click counts once per placement. */
export type Interaction = {
  type: "impression" | "click" | "dismissal" | "conversion" | "watch";
  componentId: string;
  slot: Slot;
  recommendationId?: string;
  signature: string;
  version: Version;
  occurredAt: Instant;
  value?: number;
  impression?: string[];
};

export type Ping = {
  action: "ping";
  requestId?: RequestId;
};

/** A command on one match. `hold` puts moments of these types on hold (no types: every type), and all moments after a held one, because each moment carries the full state of the match. `release` shows held moments: all of them, which ends the hold, or one moment and those before it. `cancel` drops a moment, or removes it from the screens. `freeze` keeps a component off the screens until `thaw`. `inject` publishes a moment for the components only, which the detectors do not know. `correct_score`, `withdraw` and `send_off` state a fact of the match: the detectors take it like an entry of the feed, and later entries build on it. A repeated `requestId` is executed once. */
export type Operate = {
  action: "operate";
  requestId: RequestId;
  matchId: MatchId;
  command: "inject" | "hold" | "release" | "cancel" | "freeze" | "thaw" | "correct_score" | "withdraw" | "send_off";
  reason: string;
  types?: MomentType[];
  momentId?: string;
  componentId?: string;
  moment?: Injection;
  score?: Goals;
  entryId?: string;
  side?: "home" | "away";
  player?: string;
};

export type Goals = {
  home: number;
  away: number;
};

/** A moment that an operator injects; omitted fields are taken from the match's current state. */
export type Injection = {
  type: MomentType;
  side?: "home" | "away";
  player?: string;
  score?: Goals;
};

/** Watch a match; the reply is `night` messages with `snapshot` true, and then an `ack`. The log so far has the newest 100 lines of the audit log; with `auditUntil` the reply has 100 lines up to that instant, and nothing else. */
export type Watch = {
  action: "watch";
  matchId: MatchId;
  auditUntil?: Instant;
  requestId?: RequestId;
};

/** Entries of the match log. An entry replaces an earlier one of the same kind and id; kinds without ids have one entry. The newest `context` has the highest version, the newest `controls` the highest revision. */
export type Night = {
  type: "night";
  matchId: MatchId;
  sentAt: Instant;
  snapshot: boolean;
  entries: NightEntry[];
};

export type NightEntry = NightMatch | NightContext | NightControls | NightMoment | NightCrowd | NightDispatch | NightAudit | NightDeadLetters | NightComponents;

export type NightMatch = {
  kind: "match";
  id: MatchId;
  competition: string;
  stage: string;
  venue: string;
  home: string;
  away: string;
  kickOff: Instant;
};

/** A version of the context, and the frozen components. */
export type NightContext = {
  kind: "context";
  version: Version;
  score: Score;
  phase: string;
  columns: Columns;
  momentId: string | null;
  frozen: string[];
  trace: Trace;
};

/** Moments on hold and cancelled moments. `heldTypes` is null without a hold, and empty for every type. */
export type NightControls = {
  kind: "controls";
  revision: number;
  heldTypes: MomentType[] | null;
  held: NightMoment[];
  cancelled: string[];
};

export type NightMoment = {
  kind: "moment";
  id: string;
  type: MomentType;
  period: number;
  clockSeconds: number;
  team: string | null;
  player: string | null;
  score: Score;
  occurredAt: Instant;
  source: string;
  retracted: boolean;
  detectedAfterMs: number | null;
  signalId?: string;
};

/** Posts of one source in one interval; each sentiment is from -1 to 1. */
export type NightCrowd = {
  kind: "crowd";
  id: string;
  source: string;
  at: Instant;
  seconds: number;
  posts: number;
  sentimentSum: number;
  sentimentCount: number;
};

/** One dispatch task: the version, its viewers by rung, its latencies, and what its largest audiences see and why. In a snapshot only entries of the newest version have cohorts. */
export type NightDispatch = {
  kind: "dispatch";
  id: string;
  version: Version;
  momentId: string | null;
  at: Instant;
  viewers: number;
  rungs: Record<string, number>;
  counts: Record<string, number>;
  steps: Record<string, number>;
  cohorts: NightCohort[];
};

export type NightCohort = {
  cohort: string;
  viewers: number;
  rung: Rung;
  placements: Record<string, string>;
  refused: Record<string, string>;
};

/** Which operator asked for what, when and why, and the outcome. */
export type NightAudit = {
  kind: "audit";
  matchId: string;
  requestId: string;
  operatorId: string;
  operator: string;
  what: {
    command: string;
  };
  why: string;
  at: Instant;
  outcome: "asked" | "done" | "refused";
  detail?: string;
};

/** Number of records in each dead-letter queue. */
export type NightDeadLetters = {
  kind: "deadLetters";
  at: Instant;
  counts: Record<string, number>;
};

/** The components that can be frozen. A large catalogue comes in several entries, in order. */
export type NightComponents = {
  kind: "components";
  continued?: true;
  components: ({
    id: string;
    title: string;
    slot: Slot;
    type: string;
  })[];
};

export type MomentType = string;

/** One version of a match's context with its placements. A slot without a placement is empty, unless `rung` is `keep`: then the app keeps what it shows, except in the slots of `cleared`. */
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
  afterwards: Placement[];
  cleared?: Slot[];
  frozen?: string[];
  snapshot: boolean;
  missed?: Components[];
  requestId?: RequestId;
  reconnectWithinSeconds?: ReconnectWithinSeconds;
  sentAt: Instant;
  trace: Trace;
};

/** The moment that the placements are about. */
export type Moment = {
  id: string;
  type: string;
  period: number;
  clockSeconds: number;
  team: string | null;
  player: string | null;
  score: Score;
};

/** A component in a slot, and why it was chosen. */
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
  signature: string | null;
};

/** Where to load the micro-frontend from, its hash for Subresource Integrity, and how to run it. */
export type Remote = {
  url: string;
  module: string;
  integrity: string;
  isolation: "frame" | "module";
};

/** When the placements may be on screen, in media time. */
export type Media = {
  time: Instant | null;
  notBefore: Instant;
  validUntil: Instant;
};

/** The context of the recommendation; docs/extend.md describes the columns. */
export type Columns = {
  MATCH_EVENT: string;
  SCORE_DIFFERENCE: string;
  MATCH_PHASE: string;
  TEAM_COMPOSITION: string;
  OCCASION: string;
};

/** The time of each step in epoch milliseconds. */
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

/** The request succeeded. */
export type Ack = {
  type: "ack";
  action: "subscribe" | "unsubscribe" | "interact" | "operate" | "watch";
  requestId?: RequestId;
  matchId?: MatchId;
  version?: Version;
  reconnectWithinSeconds?: ReconnectWithinSeconds;
};

export type Pong = {
  type: "pong";
  sentAt: Instant;
  requestId?: RequestId;
};

/** The request failed; the connection stays open. */
export type Error = {
  type: "error";
  code: "BAD_REQUEST" | "UNKNOWN_ACTION" | "UNKNOWN_MATCH" | "NOT_SUBSCRIBED" | "NOT_PLACED" | "NOT_SHOWN" | "TOO_MANY" | "FORBIDDEN" | "TOKEN_EXPIRED" | "INTERNAL";
  message: string;
  field?: string;
  expected?: string;
  requestId?: RequestId;
};

/** API Gateway refused a request: `Too Many Requests` or `Limit Exceeded` (throttled), `Internal server error` or `Endpoint request timed out` (the function failed), or `Forbidden`. The connection stays open. `requestId` is API Gateway's own id, not the app's. */
export type Refusal = {
  message: string;
  connectionId: string;
  requestId: string;
};

/** The time within which the apps of the match reconnect after a loss: each waits a random time from 0 to this, and up to twice as long after each failed attempt. It grows with the number of the match's subscribers; omitted while that is unknown. The newest value counts. */
export type ReconnectWithinSeconds = number;

export type MatchId = string;

/** Returned in the reply */
export type RequestId = string;

export type Version = number;

export type Slot = "overlay" | "side_panel" | "lower_third" | "ticker";

/** The rung of the ladder that provided the placements, best first. */
export type Rung = "viewer" | "cohort" | "popularity" | "editorial" | "keep";

/** Goals of the home and the away team. */
export type Score = [number, number];

/** ISO 8601 with an offset; Touchline writes UTC with milliseconds. */
export type Instant = string;

/** What an app may send. */
export type Request = Subscribe | Unsubscribe | Interact | Ping | Operate | Watch;

/** What an app may receive. */
export type Answer = Components | Ack | Error | Pong | Night;
