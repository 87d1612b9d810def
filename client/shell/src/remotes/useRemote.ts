import type { RemoteModule } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import { useCallback, useEffect, useState } from "react";
import { load } from "./federation";

/** How long one candidate may take: its successor, most often loaded already, is on the screen within two seconds. */
export const PATIENCE_MS = 1_500;

export interface Standing {
  placement: Placement;
  module: RemoteModule;
}

/**
 * The first candidate that loads, and a way to say that it failed after all.
 *
 * Candidates that failed are not tried again while the list names them.
 */
export function useRemote(list: Placement[], base: string): [Standing | null, (why: unknown) => void] {
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());
  const [standing, setStanding] = useState<Standing | null>(null);
  const placement = list.find((each) => !failed.has(keyOf(each))) ?? null;
  const key = placement && keyOf(placement);

  const fail = useCallback(
    (why: unknown) => {
      if (!key) return;
      console.warn(`${key} gives way:`, why);
      setFailed((known) => new Set(known).add(key));
    },
    [key],
  );

  useEffect(() => {
    if (!placement) {
      setStanding(null);
      return;
    }
    let current = true;
    const slow = setTimeout(() => current && fail(`it took longer than ${PATIENCE_MS} ms`), PATIENCE_MS);
    load(placement.remote, base).then(
      (module) => current && setStanding({ placement, module }),
      (error: unknown) => current && fail(error),
    ).finally(() => clearTimeout(slow));
    return () => {
      current = false;
      clearTimeout(slow);
    };
    // The same candidate in a newer message is the same micro-frontend: it stays mounted.
  }, [key, base]);

  if (!placement || !standing || keyOf(standing.placement) !== key) return [null, fail];
  return [{ placement, module: standing.module }, fail];
}

function keyOf({ componentId, remote }: Placement): string {
  return `${componentId} ${remote.url} ${remote.integrity}`;
}
