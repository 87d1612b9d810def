import { useRemembered } from "@touchline/kit";
import type { Slot } from "@touchline/sdk";

/** The names of the regions on the screen. */
export const REGIONS: Record<Slot, string> = {
  overlay: "Over the picture",
  side_panel: "Beside the picture",
  lower_third: "Below the picture",
  ticker: "Ticker",
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
