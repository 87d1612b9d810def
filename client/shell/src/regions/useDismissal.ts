import type { Placement } from "@touchline/sdk";
import { useCallback, useEffect, useRef, useState } from "react";

/** How long a dismissal can be undone; after it, the dismissal is reported. */
export const UNDO_MS = 5_000;

interface Dismissal {
  placement: Placement;
  report: () => void;
}

/** The dismissal of a slot: what is dismissed, what can still be undone, and how. */
export interface Dismissed {
  componentId: string | null;
  undoable: Placement | null;
  dismiss: (placement: Placement, report: () => void) => void;
  undo: () => void;
  /** Dismiss without an offer to undo it. */
  close: (placement: Placement, report: () => void) => void;
}

/** Keep a slot's dismissal: it can be undone for five seconds, and is reported only then, or when the region leaves. */
export function useDismissal(): Dismissed {
  const [componentId, setComponentId] = useState<string | null>(null);
  const [pending, setPending] = useState<Dismissal | null>(null);
  const latest = useRef<Dismissal | null>(null);
  const settle = useCallback((): void => {
    latest.current?.report();
    latest.current = null;
    setPending(null);
  }, []);
  useEffect(() => {
    if (!pending) return;
    const timer = setTimeout(settle, UNDO_MS);
    return () => clearTimeout(timer);
  }, [pending, settle]);
  useEffect(() => {
    addEventListener("pagehide", settle);
    return () => {
      removeEventListener("pagehide", settle);
      latest.current?.report();
    };
  }, [settle]);
  return {
    componentId,
    undoable: pending?.placement ?? null,
    dismiss: (placement, report) => {
      settle();
      latest.current = { placement, report };
      setPending(latest.current);
      setComponentId(placement.componentId);
    },
    undo: () => {
      latest.current = null;
      setPending(null);
      setComponentId(null);
    },
    close: (placement, report) => {
      settle();
      setComponentId(placement.componentId);
      report();
    },
  };
}
