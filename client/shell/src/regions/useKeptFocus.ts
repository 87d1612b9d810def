import { type FocusEvent, useState } from "react";

/** Keeps the focus in a region while what it shows is dismissed and replaced. */
export interface KeptFocus {
  /** True from a dismissal until the viewer moves the focus away. */
  isKept: boolean;
  keep: () => void;
  /** The ref of each element that takes the focus of the one before it. */
  take: (element: HTMLElement | null) => void;
  onBlur: (event: FocusEvent<HTMLElement>) => void;
}

/**
 * Keep the focus from a dismissal on. Without this it would go to the page when the focused button leaves, and there
 * the space bar pauses the picture.
 */
export function useKeptFocus(): KeptFocus {
  const [isKept, setKept] = useState(false);
  return {
    isKept,
    keep: () => setKept(true),
    take: (element) => {
      const focused = document.activeElement;
      if (isKept && (!focused || focused === document.body)) element?.focus({ preventScroll: true });
    },
    // React reports no blur for an element that it removes. A window that loses the focus keeps its active element.
    onBlur: ({ currentTarget, relatedTarget }) => {
      const isInside = [relatedTarget, document.activeElement].some((each) => currentTarget.contains(each));
      if (!isInside) setKept(false);
    },
  };
}
