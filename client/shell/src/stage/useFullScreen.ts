import { type RefObject, useCallback, useEffect, useState } from "react";

/** Return whether an element fills the screen, and a function that changes it; null where the browser cannot. */
export function useFullScreen(element: RefObject<HTMLElement | null>): [boolean, (() => void) | null] {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    const follow = (): void => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, []);
  const toggle = useCallback(() => {
    // The browser refuses without a gesture; then the screen stays as it is.
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : element.current?.requestFullscreen();
    change?.catch(() => undefined);
  }, [element]);
  return [isFull, document.fullscreenEnabled ? toggle : null];
}
