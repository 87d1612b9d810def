/** The `delivery` of a broadcast stage's config.json; a stage without it delivers over its WebSocket API. */
export interface Delivery {
  mode: "broadcast";
  /** The base URL of the HTTPS API for viewers. */
  viewersUrl: string;
  /** The HTTP endpoint of AWS AppSync Events, whose host authorizations name. */
  eventsUrl: string;
  /** The real-time endpoint of AWS AppSync Events. */
  realtimeUrl: string;
  /** The time over which the apps of a large match spread their arrival. */
  joinWithinSeconds: number;
}

const MINUTE_MS = 60_000;
/** Around kick-off many arrive at once: from an hour before it, until five minutes after it. */
const BEFORE_MS = 60 * MINUTE_MS;
const AFTER_MS = 5 * MINUTE_MS;

/**
 * Return the milliseconds to wait before joining a match that starts at this instant.
 *
 * A viewer who comes long before or in mid-match is alone, and does not wait. Without a kick-off every app waits.
 */
export function pauseBeforeJoining(
  { joinWithinSeconds }: Delivery,
  kickOff: string | undefined,
  now: number,
  random: () => number,
): number {
  const sinceKickOff = now - Date.parse(kickOff ?? "");
  const isAlone = sinceKickOff < -BEFORE_MS || sinceKickOff > AFTER_MS;
  return isAlone ? 0 : random() * joinWithinSeconds * 1_000;
}
