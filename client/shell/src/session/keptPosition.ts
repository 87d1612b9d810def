const key = (matchId: string): string => `touchline.position.${matchId}`;

/** Keep the programme time of the viewer's picture for a reload of this tab; null forgets it. */
export function keepPosition(matchId: string, programmeMs: number | null): void {
  try {
    if (programmeMs === null) sessionStorage.removeItem(key(matchId));
    else sessionStorage.setItem(key(matchId), String(programmeMs));
  } catch {
    // Private windows of some browsers have no storage.
  }
}

/** Return the programme time that was kept; null if there is none. */
export function keptPosition(matchId: string): number | null {
  try {
    const kept = Number(sessionStorage.getItem(key(matchId)));
    return Number.isFinite(kept) && kept > 0 ? kept : null;
  } catch {
    return null;
  }
}
