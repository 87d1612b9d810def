import type { Answer, Components, Refusal } from "./protocol";

const PLAIN_ANSWERS = new Set(["ack", "pong", "error"]);

/** Return the answer or refusal that a frame holds; null if it is not JSON or of an unknown shape. */
export function readFrame(text: string): Answer | Refusal | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(frame)) return null;
  if (isRefusal(frame)) return frame;
  const known =
    PLAIN_ANSWERS.has(String(frame.type)) ||
    (frame.type === "night" && isListOf(frame.entries, isObject)) ||
    (frame.type === "components" && isComponents(frame));
  return known ? (frame as Answer) : null;
}

/** Why API Gateway refused a request: too many, it or the function failed, or no permission. */
export type RefusalReason = "throttled" | "failed" | "forbidden";

const REASONS: Record<string, RefusalReason> = {
  "limit exceeded": "throttled",
  "too many requests": "throttled",
  "internal server error": "failed",
  "endpoint request timed out": "failed",
  forbidden: "forbidden",
};

/**
 * Return why API Gateway refused a request; `failed` for a message that is not documented.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function reasonOf({ message }: Refusal): RefusalReason {
  return REASONS[message.toLowerCase()] ?? "failed";
}

function isRefusal(frame: Fields): frame is Refusal & Fields {
  return !("type" in frame) && [frame.message, frame.connectionId].every((each) => typeof each === "string");
}

function isComponents(frame: unknown): frame is Components {
  if (!isObject(frame) || !isObject(frame.media)) return false;
  return (
    typeof frame.matchId === "string" &&
    Number.isInteger(frame.version) &&
    [frame.media.notBefore, frame.media.validUntil].every(isInstant) &&
    [frame.placements, frame.alternatives, frame.afterwards].every((list) => isListOf(list, isPlacement)) &&
    ["number", "undefined"].includes(typeof frame.reconnectWithinSeconds) &&
    (frame.frozen === undefined || Array.isArray(frame.frozen)) &&
    (frame.missed === undefined || isListOf(frame.missed, isComponents))
  );
}

/** Return whether a value has the fields of a component without which no app can show it. */
export function isPlacement(value: unknown): boolean {
  return (
    isObject(value) &&
    isObject(value.remote) &&
    [value.slot, value.componentId, value.remote.url].every((each) => typeof each === "string")
  );
}

export function isInstant(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

export function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(isEntry);
}

type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
