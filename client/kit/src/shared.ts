import { useEffect, useState } from "react";
import { recall, remember } from "./remembered";

/**
 * A value that all tabs of this browser share and follow, and nobody else: what stands in for a partner's
 * service where none is plugged in. A component that uses it says so on the screen.
 */
export function useShared<Value>(
  key: string,
  fallback: Value,
): [Value, (change: (known: Value) => Value) => void] {
  const [value, setValue] = useState(() => recall(key, fallback));
  useEffect(() => {
    const follow = (event: StorageEvent): void => {
      if (event.key === `touchline.${key}`) setValue(recall(key, fallback));
    };
    addEventListener("storage", follow);
    return () => removeEventListener("storage", follow);
  }, [key]);
  const update = (change: (known: Value) => Value): void => {
    const next = change(recall(key, fallback));
    remember(key, next);
    setValue(next);
  };
  return [value, update];
}
