// Generated from docs/websocket.asyncapi.yaml by `npm run generate`. Do not edit.

/** Follow a match; `lastVersion` is the newest version that the app has, after a reconnect, and `playhead` where its picture is in the programme, once it knows. */
export type Subscribe = {
  action: "subscribe";
  matchId: MatchId;
  lastVersion?: Version;
  playhead?: Instant;
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
  type: "impression" | "click" | "dismissal" | "conversion" | "watch";
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

/** A command about one match. `hold` lets moments of these types wait (none: of every type), and what comes after one that waits waits too, for each moment carries the whole state of the match. `release` shows what waits: all of it, and the hold is over, or one moment with what came before it. `cancel` lets a moment never come, or takes it off the screens. `freeze` keeps a component off the screens until `thaw`. `inject` tells a moment in the operator's words. The same `requestId` does it once. */
export type Operate = {
  action: "operate";
  requestId: RequestId;
  matchId: MatchId;
  command: "inject" | "hold" | "release" | "cancel" | "freeze" | "thaw";
  reason: string;
  types?: MomentType[];
  momentId?: string;
  componentId?: string;
  moment?: Injection;
};

/** A moment in an operator's words; what is left out is as the match stands. */
export type Injection = {
  type: MomentType;
  side?: "home" | "away";
  player?: string;
  score?: {
    home: number;
    away: number;
  };
};

/** Follow the night of a match; answered by `night` messages with `snapshot` true, and then an `ack`. */
export type Watch = {
  action: "watch";
  matchId: MatchId;
  requestId?: RequestId;
};

/** What happened in a match, each thing an entry. An entry that comes again (the same kind and id, or the only one of its kind) replaces the one before; of `context` and `controls` the highest number is the newest. */
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

/** A version of the context, with the components that are frozen. */
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

/** What waits. `heldTypes` is null without a hold, and empty when moments of every type wait. */
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
};

/** What one source's crowd said in one interval; sentiments run from -1 to 1. */
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

/** One task of a dispatch: how many viewers got which version, on which rungs, after how long, and what its largest cohorts see and why. In a snapshot the newest version alone names cohorts. */
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

/** Who asked for what, when and why, and what became of it. */
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

/** Records that wait to be looked at, by the place where they wait. */
export type NightDeadLetters = {
  kind: "deadLetters";
  at: Instant;
  counts: Record<string, number>;
};

/** What can be frozen. */
export type NightComponents = {
  kind: "components";
  components: ({
    id: string;
    title: string;
    slot: Slot;
    type: string;
  })[];
};

export type MomentType = string;

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
  afterwards: Placement[];
  snapshot: boolean;
  missed?: Components[];
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
  action: "subscribe" | "unsubscribe" | "interact" | "sync" | "operate" | "watch";
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
  code: "BAD_REQUEST" | "UNKNOWN_ACTION" | "UNKNOWN_MATCH" | "NOT_SUBSCRIBED" | "FORBIDDEN" | "INTERNAL";
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
export type Request = Subscribe | Unsubscribe | Interact | Sync | Ping | Operate | Watch;

/** What an app may receive. */
export type Answer = Components | Ack | Error | Pong | Night;
