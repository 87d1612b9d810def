import type { Moment } from "@touchline/sdk";

type Named = Pick<Moment, "type" | "player" | "team">;
/** How a moment is said: its words, and whom they name after a joining word. */
interface Phrase {
  words: string;
  names?: "player" | "team" | "nobody";
  joined?: string;
}

const forPlayer = (words: string): Phrase => ({ words, joined: " for " });
const forTeam = (words: string): Phrase => ({ words, names: "team", joined: " for " });
const alone = (words: string): Phrase => ({ words, names: "nobody" });

/** The phrases of moments whose type, with the player after a colon, does not say it well. */
const PHRASES: Record<string, Phrase> = {
  BIG_CHANCE: forPlayer("Big chance"),
  SHOT_ON_TARGET: { words: "Shot saved" },
  WOODWORK: { words: "Off the woodwork" },
  CORNER: forTeam("Corner"),
  FREE_KICK: forTeam("Free kick"),
  PRESSURE: { words: "Pressure", names: "team", joined: " from " },
  PENALTY_AWARDED: forTeam("Penalty"),
  VAR_CHECK: alone("VAR check"),
  STOPPAGE: alone("Play is stopped"),
  DRINKS_BREAK: alone("Drinks break"),
  ADDED_TIME: alone("Added time"),
  LAST_MINUTES: alone("The last minutes"),
  LEVEL_LATE: alone("Level with little time left"),
  KICK_OFF: alone("Kick-off"),
  HALF_TIME: alone("Half-time"),
  FULL_TIME: alone("Full time"),
  EXTRA_TIME: alone("Extra time"),
  SHOOT_OUT: alone("Penalty shoot-out"),
  SHOOT_OUT_KICK: { words: "Shoot-out" },
  SCORE_CORRECTED: alone("Score corrected"),
  LEAD_CHANGE: { words: "A new leader", names: "team" },
  COMEBACK: { words: "Comeback", names: "team" },
  MENTION_SPIKE: { words: "The crowd talks", names: "team", joined: " of " },
  SENTIMENT_SWING: { words: "The mood turns", names: "team", joined: " among the crowd of " },
};
/** Moments in which nothing happens. */
const UNEVENTFUL = new Set(["LULL"]);
/** Moments that matter only while they last. */
const PASSING = new Set([
  "CORNER",
  "FREE_KICK",
  "PRESSURE",
  "STOPPAGE",
  "DRINKS_BREAK",
  "ADDED_TIME",
  "LAST_MINUTES",
  "LEVEL_LATE",
  "MENTION_SPIKE",
  "SENTIMENT_SWING",
]);

/** True if something happened. */
export function isEventful({ type }: Pick<Moment, "type">): boolean {
  return !UNEVENTFUL.has(type);
}

/** True if the moment belongs into an account of the match. */
export function isLasting(moment: Pick<Moment, "type">): boolean {
  return isEventful(moment) && !PASSING.has(moment.type);
}

function momentName(type: string): string {
  return PHRASES[type]?.words ?? type.charAt(0) + type.slice(1).toLowerCase().replaceAll("_", " ");
}

/** Return a moment as an entry in the account of its player: "Goal", "Came on". */
export function playerMomentName(type: string): string {
  return type === "SUBSTITUTION" ? "Came on" : momentName(type);
}

/** Return a moment in words: "Goal: Ciro Immobile", "Corner for Italy", "Half-time". */
export function momentWords({ type, player, team }: Named): string {
  const { names = "player", joined = ": " } = PHRASES[type] ?? {};
  const who = names === "nobody" ? null : names === "team" ? team : (player ?? team);
  return who ? `${momentName(type)}${joined}${who}` : momentName(type);
}
