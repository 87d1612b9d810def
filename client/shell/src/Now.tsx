import { isEventful, matchClock, momentWords, useClock } from "@touchline/kit";
import type { Components } from "@touchline/sdk";
import type { ReactNode } from "react";

interface Props {
  /** The newest message that the viewer's picture has reached. */
  message: Components;
  programmeMs: () => number | null;
}

/** The phases without a running clock, as viewers call them. */
const PAUSES: Record<string, string> = {
  before: "Before kick-off",
  half_time: "Half-time",
  finished: "Full time",
};

/** The match clock at the viewer's picture, and the moment that the screen is about, while it is. */
export function Now({ message, programmeMs }: Props): ReactNode {
  const clock = useClock(message, programmeMs);
  const { moment, columns, media } = message;
  const time = PAUSES[columns.MATCH_PHASE] ?? (clock ? matchClock(clock) : PAUSES.before);
  const isOver = (programmeMs() ?? 0) >= Date.parse(media.validUntil);
  const words = moment && !isOver && isEventful(moment) ? momentWords(moment) : "";
  return (
    <>
      <time>{time}</time> <span role="status">{words === time ? "" : words}</span>
    </>
  );
}
