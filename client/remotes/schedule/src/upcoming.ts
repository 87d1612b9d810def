import type { Fixture } from "@touchline/kit";

/** Return the matches that kick off after the picture's time, the next one first. */
export function upcoming(fixtures: Fixture[], programmeMs: number | null, shown: number): Fixture[] {
  const from = programmeMs ?? -Infinity;
  return fixtures
    .filter(({ kickOff }) => Date.parse(kickOff) > from)
    .sort((one, other) => Date.parse(one.kickOff) - Date.parse(other.kickOff))
    .slice(0, shown);
}
