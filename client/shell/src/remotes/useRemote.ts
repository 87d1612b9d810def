import type { RemoteModule } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import { useCallback, useEffect, useState } from "react";
import { contest } from "./contest";
import { load } from "./federation";

export interface Standing {
  placement: Placement;
  module: RemoteModule;
}

/**
 * The best candidate that loads in time, and a way to say that it failed after all.
 *
 * Candidates that were passed over are not tried again while the list names them.
 */
export function useRemote(list: Placement[], base: string): [Standing | null, (why: unknown) => void] {
  const [given, setGiven] = useState<ReadonlySet<string>>(new Set());
  const [standing, setStanding] = useState<Standing | null>(null);
  const candidates = list.filter((each) => !given.has(keyOf(each)));
  const placement = candidates[0] ?? null;
  const key = placement && keyOf(placement);

  const giveUp = useCallback((names: string[]) => {
    if (names.length > 0) setGiven((known) => new Set([...known, ...names]));
  }, []);
  const fail = useCallback(
    (why: unknown) => {
      if (!key) return;
      console.warn(`${key} gives way:`, why);
      giveUp([key]);
    },
    [key, giveUp],
  );

  useEffect(() => {
    if (!key) {
      setStanding(null);
      return;
    }
    let current = true;
    void contest(candidates, ({ remote }) => load(remote, base)).then(({ winner, passedOver }) => {
      if (!current) return;
      for (const [each, why] of passedOver) console.warn(`${keyOf(each)} gives way:`, why);
      giveUp([...passedOver.keys()].map(keyOf));
      setStanding(winner && { placement: winner.candidate, module: winner.module });
    });
    return () => {
      current = false;
    };
    // The same candidate in a newer message is the same micro-frontend: it stays mounted.
  }, [key, base]);

  if (!placement || !standing || keyOf(standing.placement) !== key) return [null, fail];
  return [{ placement, module: standing.module }, fail];
}

function keyOf({ componentId, remote }: Placement): string {
  return `${componentId} ${remote.url} ${remote.integrity}`;
}
