import { useEffect, useState } from "react";
import { recall, remember } from "./remembered";

/**
 * A state that the tabs of this browser share, in place of a partner's service. A component that uses it says so
 * on the screen.
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
