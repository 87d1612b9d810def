import { language, translator } from "@touchline/kit";

const t = translator({
  Goalkeeper: "Portiere",
  Defender: "Difensore",
  Midfielder: "Centrocampista",
  Forward: "Attaccante",
});

/** The lines by words of the position, the first that is found: a wing back is a defender. */
const LINES = {
  goalkeeper: "Goalkeeper",
  back: "Defender",
  midfield: "Midfielder",
  wing: "Forward",
  forward: "Forward",
  striker: "Forward",
} as const;

/** Return a position of the feed, which is in English, in the page's language: its line says enough in another one. */
export function positionOf(position: string): string {
  const found = Object.entries(LINES).find(([line]) => position.toLowerCase().includes(line));
  return found && language() !== "en" ? t(found[1]) : position;
}
