import { useRemembered } from "@touchline/kit";
import type { Slot } from "@touchline/sdk";

export const SLOTS: readonly Slot[] = ["overlay", "side_panel", "lower_third", "ticker"];

/** The greatest height of a partner's frame in CSS pixels; what is higher scrolls in the frame. */
export const MAX_FRAME_HEIGHT: Record<Slot, number> = {
  overlay: 560,
  side_panel: 720,
  lower_third: 360,
  ticker: 160,
};

/** The viewer's layout: hidden regions, and the side of the panel and of the overlay. */
export interface Layout {
  hidden: Slot[];
  side: "left" | "right";
  overlay: "left" | "right";
}

const DEFAULT_LAYOUT: Layout = { hidden: [], side: "right", overlay: "right" };

/** Return the stored layout and a function that changes parts of it. */
export function useLayout(): [Layout, (change: Partial<Layout>) => void] {
  const [layout, setLayout] = useRemembered("layout", DEFAULT_LAYOUT);
  return [layout, (change) => setLayout({ ...layout, ...change })];
}
