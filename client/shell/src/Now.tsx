import { exactClock, isEventful, momentWords, useClock } from "@touchline/kit";
import type { Components } from "@touchline/sdk";
import type { ReactNode } from "react";
import { say } from "./words";

interface Props {
  /** The newest message that the viewer's picture has reached. */
  message: Components;
  programmeMs: () => number | null;
}

/** The phases without a running clock. */
const PAUSES = new Set(["before", "half_time", "finished"]);

/** The match clock and phase at the viewer's picture, and the moment that the screen is about, while it is. */
export function Now({ message, programmeMs }: Props): ReactNode {
  const clock = useClock(message, programmeMs, 1);
  const { moment, columns, media } = message;
  const isPause = clock === null || PAUSES.has(columns.MATCH_PHASE);
  const phase = say().phases[columns.MATCH_PHASE];
  const isOver = (programmeMs() ?? 0) >= Date.parse(media.validUntil);
  const words = moment && !isOver && isEventful(moment) ? momentWords(moment) : "";
  return (
    <>
      {!isPause && <time>{exactClock(clock)}</time>} <span className="phase">{phase}</span>{" "}
      <span role="status">{words === phase ? "" : words}</span>
    </>
  );
}
