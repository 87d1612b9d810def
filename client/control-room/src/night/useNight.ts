import { useEffect, useState } from "react";
import type { NightWatch } from "./NightWatch";

/** Render again on every change of the night. */
export function useNight(watch: NightWatch): NightWatch {
  const [, draw] = useState(0);
  useEffect(() => {
    const off = watch.changes.on(() => draw((count) => count + 1));
    watch.start();
    return () => {
      off();
      watch.stop();
    };
  }, [watch]);
  return watch;
}
