import type { Components } from "@touchline/sdk";
import { useEffect, useState } from "react";
import { type InPlay, PERIOD_LENGTHS_MINUTES } from "./matchClock";

/** The phases in which the match clock runs. */
const RUNNING = new Set(["first_half", "second_half", "last_five_minutes", "extra_time"]);
/** More stoppage time than any match has had: a feed that is silent does not let the clock run on. */
const MAX_STOPPAGE_MINUTES = 20;
const TICK_MS = 1_000;

/**
 * Return the time of play at a programme time: that of the message's moment, plus what the picture has shown since
 * then while the clock runs. Null before the first moment.
 */
export function clockAt({ moment, columns, media }: Components, programmeMs: number | null): InPlay | null {
  if (!moment) return null;
  const { period, clockSeconds } = moment;
  if (programmeMs === null || !RUNNING.has(columns.MATCH_PHASE)) return { period, clockSeconds };
  const shown = Math.max(0, (programmeMs - Date.parse(media.notBefore)) / 1_000);
  const longest = ((PERIOD_LENGTHS_MINUTES[period - 1] ?? 0) + MAX_STOPPAGE_MINUTES) * 60;
  return { period, clockSeconds: Math.max(clockSeconds, Math.min(longest, clockSeconds + shown)) };
}

/** Return the time of play at the viewer's picture, and follow it in steps of a minute or of these seconds. */
export function useClock(
  message: Components,
  programmeMs: () => number | null,
  stepSeconds = 60,
): InPlay | null {
  const now = clockAt(message, programmeMs());
  const [, setStep] = useState(stepOf(now, stepSeconds));
  useEffect(() => {
    const follow = (): void => setStep(stepOf(clockAt(message, programmeMs()), stepSeconds));
    const timer = setInterval(follow, TICK_MS);
    return () => clearInterval(timer);
  }, [message, programmeMs, stepSeconds]);
  return now;
}

function stepOf(now: InPlay | null, seconds: number): string {
  return now ? `${now.period}:${Math.floor(now.clockSeconds / seconds)}` : "";
}
