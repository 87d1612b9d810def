import { useRemembered } from "@touchline/kit";
import type { Slot } from "@touchline/sdk";

/** Names of the regions as viewers read them. */
export const REGIONS: Record<Slot, string> = {
  overlay: "Over the picture",
  side_panel: "Beside the picture",
  lower_third: "Below the picture",
  ticker: "Ticker",
};

/** How this viewer wants the screen: what is hidden, and on which side things stand. */
export interface Layout {
  hidden: Slot[];
  side: "left" | "right";
  overlay: "left" | "right";
}

const FIRST: Layout = { hidden: [], side: "right", overlay: "right" };

/** The layout, and a way to change parts of it; the browser remembers it. */
export function useLayout(): [Layout, (change: Partial<Layout>) => void] {
  const [layout, setLayout] = useRemembered("layout", FIRST);
  return [layout, (change) => setLayout({ ...layout, ...change })];
}
