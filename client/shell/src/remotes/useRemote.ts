import type { RemoteModule } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import { useCallback, useEffect, useState } from "react";
import { load } from "./federation";
import { loadBest } from "./loadBest";

export interface LoadedRemote {
  placement: Placement;
  module: RemoteModule;
}

/**
 * Return the best candidate that loads in time, and a function that reports its failure at run time.
 *
 * Candidates that failed or were late are not tried again.
 */
export function useRemote(list: Placement[], base: string): [LoadedRemote | null, (why: unknown) => void] {
  const [rejected, setRejected] = useState<ReadonlySet<string>>(new Set());
  const [loaded, setLoaded] = useState<LoadedRemote | null>(null);
  const candidates = list.filter((each) => !rejected.has(keyOf(each)));
  const placement = candidates[0] ?? null;
  const key = placement && keyOf(placement);

  const reject = useCallback((names: string[]) => {
    if (names.length > 0) setRejected((known) => new Set([...known, ...names]));
  }, []);
  const fail = useCallback(
    (why: unknown) => {
      if (!key) return;
      console.warn(`${key} was replaced:`, why);
      reject([key]);
    },
    [key, reject],
  );

  useEffect(() => {
    if (!key) {
      setLoaded(null);
      return;
    }
    let current = true;
    void loadBest(candidates, ({ remote }) => load(remote, base)).then(({ chosen, passedOver }) => {
      if (!current) return;
      for (const [each, why] of passedOver) console.warn(`${keyOf(each)} was replaced:`, why);
      reject([...passedOver.keys()].map(keyOf));
      setLoaded(chosen && { placement: chosen.candidate, module: chosen.module });
    });
    return () => {
      current = false;
    };
    // The list is new with every message; the same first candidate stays mounted.
  }, [key, base]);

  if (!placement || !loaded || keyOf(loaded.placement) !== key) return [null, fail];
  return [{ placement, module: loaded.module }, fail];
}

function keyOf({ componentId, remote }: Placement): string {
  return `${componentId} ${remote.url} ${remote.integrity}`;
}
