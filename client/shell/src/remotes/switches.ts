import { useEffect, useState } from "react";

/** The mean interval of the polls. Frozen components arrive over the socket; this file is for what it cannot reach. */
const POLL_MS = 5 * 60_000;
/** A page that becomes visible this long after its last poll polls at once: the device may have slept, and its timers too. */
const DOUBTFUL_MS = 60_000;

/** Disabled component ids and micro-frontend URLs. */
export type Switches = ReadonlySet<string>;

/**
 * Call `changed` with the kill switches of /switches.json: now, and after each change. Returns a function that stops.
 *
 * The file is polled every five minutes on average, at random times, and when the page becomes visible again; it is only
 * transferred if it has changed. The last switches count while it is unreachable.
 */
export function pollSwitches(changed: (off: Switches) => void, random = Math.random): () => void {
  let known = "";
  let polledAt = 0;
  let timer: ReturnType<typeof setTimeout>;
  const read = async (): Promise<void> => {
    const response = await fetch("/switches.json", { cache: "no-cache" });
    if (!response.ok) return;
    const { off } = (await response.json()) as { off: string[] };
    if (off.join() === known) return;
    known = off.join();
    changed(new Set(off));
  };
  const poll = (): void => {
    clearTimeout(timer);
    polledAt = Date.now();
    read().catch(() => undefined);
    timer = setTimeout(poll, POLL_MS * (0.5 + random()));
  };
  const visibilityChanged = (): void => {
    if (document.visibilityState === "visible" && Date.now() - polledAt > DOUBTFUL_MS) poll();
  };
  document.addEventListener("visibilitychange", visibilityChanged);
  poll();
  return () => {
    document.removeEventListener("visibilitychange", visibilityChanged);
    clearTimeout(timer);
  };
}

/** Return the current kill switches. */
export function useSwitches(): Switches {
  const [off, setOff] = useState<Switches>(new Set());
  useEffect(() => pollSwitches(setOff), []);
  return off;
}
