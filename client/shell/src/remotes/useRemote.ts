import type { Placement } from "@touchline/sdk";
import { useCallback, useEffect, useState } from "react";
import { type Loaded, load } from "./load";
import { LateError, loadBest } from "./loadBest";
import { Retries } from "./Retries";

export interface LoadedRemote {
  placement: Placement;
  loaded: Loaded;
}

/** The candidates that are not tried while the screen shows one message. */
interface Round {
  message: unknown;
  passedOver: ReadonlySet<string>;
}

const retries = new Retries();

/**
 * Return the best candidate that loads in time, and a function that reports its failure at run time.
 *
 * A candidate that failed or was late is not tried again while the screen shows the same message, so that what
 * replaced it stays. With a later message it is, once its pause is over; also with the same one if the slot is empty.
 */
export function useRemote(
  list: Placement[],
  base: string,
  message: unknown,
): [LoadedRemote | null, (why: unknown) => void] {
  const [round, setRound] = useState(() => startRound(message, list));
  const [loaded, setLoaded] = useState<LoadedRemote | null>(null);
  if (round.message !== message) setRound(startRound(message, list));
  const candidates = list.filter((each) => !round.passedOver.has(keyOf(each)));
  const placement = candidates[0] ?? null;
  const key = placement && keyOf(placement);

  const passOver = useCallback((reasons: [string, unknown][]) => {
    if (reasons.length === 0) return;
    for (const [name, why] of reasons) {
      console.warn(`${name} was replaced:`, why);
      if (!(why instanceof LateError)) retries.failed(name);
    }
    setRound((known) => ({
      ...known,
      passedOver: new Set([...known.passedOver, ...reasons.map(([name]) => name)]),
    }));
  }, []);
  const fail = useCallback((why: unknown) => key && passOver([[key, why]]), [key, passOver]);

  useEffect(() => {
    if (!key) {
      setLoaded(null);
      return;
    }
    let current = true;
    void loadBest(candidates, ({ remote }) => load(remote, base)).then(({ chosen, passedOver }) => {
      if (!current) return;
      passOver([...passedOver].map(([each, why]) => [keyOf(each), why]));
      setLoaded(chosen && { placement: chosen.candidate, loaded: chosen.module });
    });
    return () => {
      current = false;
    };
    // The list is new with every message; the same first candidate stays mounted.
  }, [key, base]);

  const isEmpty = list.length > 0 && !placement;
  useEffect(() => {
    const pause = Math.min(...list.map((each) => retries.wait(keyOf(each))));
    if (!isEmpty || pause === Infinity) return;
    const timer = setTimeout(() => setRound(startRound(message, list)), pause);
    return () => clearTimeout(timer);
  }, [isEmpty, round]);

  if (!placement || !loaded || keyOf(loaded.placement) !== key) return [null, fail];
  return [{ placement, loaded: loaded.loaded }, fail];
}

function startRound(message: unknown, list: Placement[]): Round {
  return { message, passedOver: new Set(list.map(keyOf).filter((key) => retries.wait(key) > 0)) };
}

/** Return what tells a component and its build apart from others. */
export function keyOf({ componentId, remote }: Placement): string {
  return `${componentId} ${remote.url} ${remote.integrity} ${remote.isolation}`;
}
