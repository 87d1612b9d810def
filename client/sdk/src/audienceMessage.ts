import { isInstant, isListOf, isObject, isPlacement } from "./frames";
import type { Components, Placement } from "./protocol";

/** A component as the placements of a version show it. */
export type ShownComponent = Pick<
  Placement,
  "slot" | "componentId" | "type" | "title" | "remote" | "properties"
>;

/** A rule that depends on what a viewer has seen: at most `maximum` times in a match, or not for `seconds`. */
export type Limit = { rule: string; maximum: number } | { rule: string; seconds: number };

/** A component that only a limit or a conflict can keep from its slot. */
export interface Candidate {
  /** Its position in the message's components. */
  component: number;
  recommendationId: string | null;
  rung: Placement["rung"];
  signature: string | null;
  /** The rules that refused better-ranked components of this slot, after the candidate before this one. */
  above: string[];
  limits: Limit[];
}

/** Two candidates that must not be shown together, and the rule that says so. */
export type Conflict = [one: number, other: number, rule: string];

/** The candidates of a screen, best first, and what its choice depends on. */
export interface Candidates {
  candidates: Candidate[];
  conflicts: Conflict[];
  rotation: number;
}

/** The trial of an audience; a slot's draws say whether it tries another component, and which. */
export interface Trial {
  share: number;
  draws: Partial<Record<Placement["slot"], [tries: number, which: number]>>;
}

/** One version of a match's context for an audience, from which each viewer's app chooses its own placements. */
export type AudienceMessage = Omit<
  Components,
  "type" | "placements" | "alternatives" | "afterwards" | "missed" | "requestId"
> &
  Candidates & {
    type: "audience";
    /** Names the consents that the rules ask for; a pass of another edition is renewed. */
    rulesEdition: string;
    components: ShownComponent[];
    trial?: Trial;
    afterwards?: Candidates;
    missed?: AudienceMessage[];
  };

/** Return the audience message that a text holds; null if it is not JSON or of an unknown shape. */
export function readAudienceMessage(text: string): AudienceMessage | null {
  try {
    const value: unknown = JSON.parse(text);
    return isAudienceMessage(value) ? value : null;
  } catch {
    return null;
  }
}

function isAudienceMessage(value: unknown): value is AudienceMessage {
  if (!isObject(value) || value.type !== "audience" || !isObject(value.media)) return false;
  const { components } = value;
  return (
    [value.matchId, value.rulesEdition, value.rung].every((each) => typeof each === "string") &&
    Number.isInteger(value.version) &&
    [value.media.notBefore, value.media.validUntil, value.sentAt].every(isInstant) &&
    isListOf(components, isPlacement) &&
    hasCandidates(value, components.length) &&
    (value.afterwards === undefined ||
      (isObject(value.afterwards) && hasCandidates(value.afterwards, components.length))) &&
    (value.trial === undefined || (isObject(value.trial) && isObject(value.trial.draws))) &&
    ["number", "undefined"].includes(typeof value.reconnectWithinSeconds) &&
    (value.frozen === undefined || Array.isArray(value.frozen)) &&
    (value.missed === undefined || isListOf(value.missed, isAudienceMessage))
  );
}

function hasCandidates(value: Record<string, unknown>, components: number): boolean {
  const { candidates, conflicts } = value;
  const isPosition = (position: unknown, length: number): boolean =>
    Number.isInteger(position) && Number(position) >= 0 && Number(position) < length;
  if (!Array.isArray(candidates)) return false;
  return (
    Number.isInteger(value.rotation) &&
    candidates.every(
      (each) =>
        isObject(each) &&
        isPosition(each.component, components) &&
        [each.above, each.limits].every(Array.isArray),
    ) &&
    isListOf(
      conflicts,
      (each) => Array.isArray(each) && each.slice(0, 2).every((at) => isPosition(at, candidates.length)),
    )
  );
}
