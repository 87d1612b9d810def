/** How long browsers count a click or a key press as recent: https://html.spec.whatwg.org/#user-activation-data-model */
const RECENT_MS = 5_000;

let shellUsedAt = -Infinity;
// A gesture in a frame does not reach this page's listeners.
for (const type of ["pointerdown", "keydown"]) {
  document.addEventListener(type, noteGesture, { capture: true, passive: true });
}

function noteGesture(event: Event): void {
  // Tab is how the keyboard gets into a frame.
  const isOnItsWay = (event as KeyboardEvent).key === "Tab";
  if (event.isTrusted) shellUsedAt = isOnItsWay ? -Infinity : performance.now();
}

/**
 * True if the viewer has just clicked or typed in this frame, as far as the page can see it.
 *
 * A frame can take the focus by itself, so the focus alone proves nothing, and a recent gesture may have been one on
 * the shell. Then the pointer must be over the frame.
 */
export function isInUse(frame: HTMLIFrameElement | null): boolean {
  if (!frame || document.activeElement !== frame) return false;
  if (navigator.userActivation?.isActive === false) return false;
  return performance.now() - shellUsedAt > RECENT_MS || frame.matches(":hover");
}
