import { useState } from "react";

/** What this browser remembers under a key; the fallback where it remembers nothing or may not. */
export function recall<Value>(key: string, fallback: Value): Value {
  try {
    const text = localStorage.getItem(`touchline.${key}`);
    return text === null ? fallback : (JSON.parse(text) as Value);
  } catch {
    return fallback;
  }
}

/** Remember under a key; a browser without storage forgets, and everything works all the same. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`touchline.${key}`, JSON.stringify(value));
  } catch {
    // Private windows of some browsers have no storage.
  }
}

/** State that outlives the component: a viewer votes once, whether the poll comes back or not. */
export function useRemembered<Value>(key: string, fallback: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => recall(key, fallback));
  const set = (next: Value): void => {
    setValue(next);
    remember(key, next);
  };
  return [value, set];
}
