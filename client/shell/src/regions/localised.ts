import { language } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import { texts } from "../texts";

/** The properties that hold texts for viewers; others say what a component does. */
const TEXTS = new Set(["question", "options", "product"]);

/** Return a placement with its texts in the page's language, to show; interactions are about the given one. */
export function localised(placement: Placement): Placement {
  if (language() === "en") return placement;
  const properties = Object.entries(placement.properties).map(([name, value]) => [
    name,
    TEXTS.has(name) ? translated(value) : value,
  ]);
  return {
    ...placement,
    title: String(translated(placement.title)),
    properties: Object.fromEntries(properties),
  };
}

function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated);
  return typeof value === "string" ? (texts().catalogue[value] ?? value) : value;
}
