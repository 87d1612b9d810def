import { useEffect, useState } from "react";

const POLL_MS = 5_000;

/** Disabled component ids and micro-frontend URLs. */
export type Switches = ReadonlySet<string>;

/** Return the kill switches of /switches.json, polled every five seconds; keep the last ones if it is unreachable. */
export function useSwitches(): Switches {
  const [off, setOff] = useState<Switches>(new Set());
  useEffect(() => {
    const read = async (): Promise<void> => {
      const response = await fetch("/switches.json", { cache: "no-store" });
      if (!response.ok) return;
      const { off: names } = (await response.json()) as { off: string[] };
      setOff((known) =>
        names.length === known.size && names.every((each) => known.has(each)) ? known : new Set(names),
      );
    };
    const poll = (): void => void read().catch(() => undefined);
    poll();
    const timer = setInterval(poll, POLL_MS);
    return () => clearInterval(timer);
  }, []);
  return off;
}
