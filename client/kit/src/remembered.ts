import { useState } from "react";

/** Return the stored value of a key, or the fallback if there is none or the browser has no storage. */
export function recall<Value>(key: string, fallback: Value): Value {
  try {
    const text = localStorage.getItem(`touchline.${key}`);
    return text === null ? fallback : (JSON.parse(text) as Value);
  } catch {
    return fallback;
  }
}

/** Store a value under a key; does nothing in a browser without storage. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`touchline.${key}`, JSON.stringify(value));
  } catch {
    // Private windows of some browsers have no storage.
  }
}

/** A state that is kept in the browser's storage and so outlives the component. */
export function useRemembered<Value>(key: string, fallback: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => recall(key, fallback));
  const set = (next: Value): void => {
    setValue(next);
    remember(key, next);
  };
  return [value, set];
}
