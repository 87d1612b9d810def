import { useEffect, useState } from "react";

const POLL_MS = 5_000;

/** What operators have switched off: component ids, or addresses of micro-frontends. */
export type Switches = ReadonlySet<string>;

/** The kill switch: /switches.json, read again every five seconds; unreachable, what was read last stands. */
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
