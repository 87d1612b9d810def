import type { Components } from "@touchline/sdk";
import { useEffect, useState } from "react";
import { readStatistics, type Statistics, statisticsAt } from "./statistics";

const FOLLOW_MS = 1_000;

/**
 * Return a match's statistics at the viewer's picture; null before the first.
 *
 * They are read again with each message that the picture reaches, because what is counted mostly is a moment too.
 */
export function useStatistics(
  url: string | undefined,
  latest: Components | null,
  programmeMs: () => number | null,
): Statistics | null {
  const [updates, setUpdates] = useState<Statistics[]>([]);
  const [now, setNow] = useState<Statistics | null>(null);
  useEffect(() => {
    if (!url) return;
    let isCurrent = true;
    readStatistics(url).then(
      (read) => isCurrent && setUpdates(read),
      (error) => console.warn("The statistics could not be read:", error),
    );
    return () => {
      isCurrent = false;
    };
  }, [url, latest]);
  useEffect(() => {
    const follow = (): void => setNow(statisticsAt(updates, programmeMs()));
    follow();
    const timer = setInterval(follow, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [updates, programmeMs]);
  return now;
}
