import { useState } from "react";

/** What this browser remembers under a key; the fallback where it remembers nothing or may not. */
export function remembered<Value>(key: string, fallback: Value): Value {
  try {
    const text = localStorage.getItem(`touchline.${key}`);
    return text === null ? fallback : (JSON.parse(text) as Value);
  } catch {
    return fallback;
  }
}

/** State that outlives the component: a viewer votes once, whether the poll comes back or not. */
export function useRemembered<Value>(key: string, fallback: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => remembered(key, fallback));
  const remember = (next: Value): void => {
    setValue(next);
    try {
      localStorage.setItem(`touchline.${key}`, JSON.stringify(next));
    } catch {
      // A browser without storage forgets; the component works all the same.
    }
  };
  return [value, remember];
}
