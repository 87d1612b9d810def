import type { ConnectionState, NightDispatch } from "@touchline/sdk";
import { count } from "../words";
import { totals } from "./figures";
import type { Night } from "./night";

/** The state of the match's delivery, and why it is not healthy. */
export interface Health {
  level: "healthy" | "degraded" | "unknown";
  reasons: string[];
}

/** The alarm `RecommenderDegraded` is raised above this share of screens, in percent. */
export const MAX_DEGRADED_PERCENT = 50;
/** The alarm `PostsThrottled` is raised above this count. */
export const MAX_THROTTLED_POSTS = 100;
/**
 * A version that no screen has after this time is late. A dispatch task that waits for the account's rate ends, and
 * is in the match log, about once a minute.
 */
export const LATE_MS = 90_000;
/** The period of the alarms that the verdict follows, at its longest. */
const RECENT_MS = 10 * 60_000;

/** A counter of dispatch tasks: its words, and the count above which an alarm is raised; null if none is. */
export interface Fault {
  metric: string;
  words: string;
  above: number | null;
  /** What the verdict says of a count that is too high. */
  reason: (number: number) => string;
}

const rare = (metric: string, words: string, reason: (number: number) => string): Fault => ({
  metric,
  words,
  above: 0,
  reason,
});
const ordinary = (metric: string, words: string): Fault => ({ metric, words, above: null, reason: String });

/** The faults that dispatch tasks count. */
export const FAULTS: Fault[] = [
  rare("Failed", "not reached", (failed) => `${count(failed, "screen")} not reached`),
  rare("DispatchesExpired", "too late", (late) => `${count(late, "dispatch task")} too late`),
  rare(
    "ComponentsLeftOut",
    "components too large",
    (large) => `${count(large, "component")} too large to send`,
  ),
  {
    metric: "PostsThrottled",
    words: "posts throttled",
    above: MAX_THROTTLED_POSTS,
    reason: (posts) => `${count(posts, "post")} throttled`,
  },
  ordinary("PostRetries", "posts repeated"),
  ordinary("Gone", "gone"),
  ordinary("Throttled", "recommender throttled"),
  ordinary("BudgetExhausted", "recommender's budget exhausted"),
  ordinary("CampaignMissing", "campaign missing"),
  ordinary("RecommenderFailed", "recommender failed"),
];

/** True if a count is one that an alarm is raised for. */
export function isTooHigh({ above }: Fault, number: number): boolean {
  return above !== null && number > above;
}

/** Return the dispatches of the ten minutes before the newest one. */
export function recent(dispatches: NightDispatch[]): NightDispatch[] {
  const newest = Math.max(...dispatches.map(({ at }) => Date.parse(at)));
  return dispatches.filter(({ at }) => newest - Date.parse(at) < RECENT_MS);
}

/** Return the verdict on the match's delivery, by the thresholds of the stage's alarms. */
export function healthOf(night: Night, dispatches: NightDispatch[], state: ConnectionState): Health {
  if (!night.match) return { level: "unknown", reasons: ["the match has not been received yet"] };
  const counts = totals(recent(dispatches), (each) => each.counts);
  const reasons = [
    ...lateReasons(night, dispatches),
    ...deadLetterReasons(night),
    ...FAULTS.filter((fault) => isTooHigh(fault, counts[fault.metric] ?? 0)).map((fault) =>
      fault.reason(counts[fault.metric] ?? 0),
    ),
    ...recommenderReasons(counts),
  ];
  if (state !== "open")
    return {
      level: "unknown",
      reasons: ["the line is lost: this is the last that was received", ...reasons],
    };
  if (reasons.length) return { level: "degraded", reasons };
  const unknown = notYetKnown(night, dispatches);
  return { level: unknown.length ? "unknown" : "healthy", reasons: unknown };
}

function newestVersion(dispatches: NightDispatch[]): number {
  return Math.max(...dispatches.map(({ version }) => version), 0);
}

/** Before the first dispatch there may be no viewers, and then no version is late. */
function lateReasons({ versionHeardAt, heardAt }: Night, dispatches: NightDispatch[]): string[] {
  const newest = newestVersion(dispatches);
  const waiting = Object.entries(versionHeardAt).filter(([version]) => Number(version) > newest);
  const isLate = waiting.some(([, since]) => heardAt - since > LATE_MS);
  if (dispatches.length === 0 || !isLate) return [];
  const version = Math.max(...waiting.map(([version]) => Number(version)));
  return [`version ${version} reaches no screen: the newest on a screen is version ${newest}`];
}

function notYetKnown(night: Night, dispatches: NightDispatch[]): string[] {
  return [
    ...(dispatches.length ? [] : ["no version has been sent to a screen yet"]),
    ...(night.deadLetters ? [] : ["the dead letters have not been counted yet"]),
  ];
}

function deadLetterReasons(night: Night): string[] {
  return Object.entries(night.deadLetters?.counts ?? {})
    .filter(([, records]) => records > 0)
    .map(([queue, records]) => `${count(records, "dead letter")} in ${queue}`);
}

function recommenderReasons(counts: Record<string, number>): string[] {
  const sent = counts.Sent ?? 0;
  const percent = sent ? Math.round((100 * (counts.SentWithoutRecommender ?? 0)) / sent) : 0;
  return percent > MAX_DEGRADED_PERCENT
    ? [`${percent} % of the screens are served without the recommender`]
    : [];
}
