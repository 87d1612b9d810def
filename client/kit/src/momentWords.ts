import type { Moment } from "@touchline/sdk";
import { type Language, language } from "./language";

type Named = Pick<Moment, "type" | "player" | "team">;
/** What the words of a moment name: the player, or the team if there is none, unless listed here. */
const NAMED: Record<string, "team" | "nobody"> = {
  CORNER: "team",
  FREE_KICK: "team",
  PRESSURE: "team",
  PENALTY_AWARDED: "team",
  LEAD_CHANGE: "team",
  COMEBACK: "team",
  MENTION_SPIKE: "team",
  SENTIMENT_SWING: "team",
  VAR_CHECK: "nobody",
  STOPPAGE: "nobody",
  DRINKS_BREAK: "nobody",
  ADDED_TIME: "nobody",
  LAST_MINUTES: "nobody",
  LEVEL_LATE: "nobody",
  KICK_OFF: "nobody",
  HALF_TIME: "nobody",
  FULL_TIME: "nobody",
  EXTRA_TIME: "nobody",
  SHOOT_OUT: "nobody",
  SCORE_CORRECTED: "nobody",
};

/** The words of moments, and what joins them with a name if it is not a colon. */
interface Words {
  words: Record<string, string>;
  joined: Record<string, string>;
  cameOn: string;
}
export const MOMENTS: Record<Language, Words> = {
  // A moment whose type says it well needs no words in English.
  en: {
    words: {
      SHOT_ON_TARGET: "Shot saved",
      WOODWORK: "Off the woodwork",
      PENALTY_AWARDED: "Penalty",
      VAR_CHECK: "VAR check",
      STOPPAGE: "Play is stopped",
      LAST_MINUTES: "The last minutes",
      LEVEL_LATE: "Level with little time left",
      KICK_OFF: "Kick-off",
      HALF_TIME: "Half-time",
      SHOOT_OUT: "Penalty shoot-out",
      SHOOT_OUT_KICK: "Shoot-out",
      LEAD_CHANGE: "A new leader",
      MENTION_SPIKE: "The crowd talks",
      SENTIMENT_SWING: "The mood turns",
    },
    joined: {
      BIG_CHANCE: " for ",
      CORNER: " for ",
      FREE_KICK: " for ",
      PENALTY_AWARDED: " for ",
      PRESSURE: " from ",
      MENTION_SPIKE: " of ",
      SENTIMENT_SWING: " among the crowd of ",
    },
    cameOn: "Came on",
  },
  it: {
    words: {
      GOAL: "Gol",
      OWN_GOAL: "Autogol",
      GOAL_DISALLOWED: "Gol annullato",
      SCORE_CORRECTED: "Punteggio corretto",
      PENALTY_AWARDED: "Rigore",
      PENALTY_MISSED: "Rigore sbagliato",
      RED_CARD: "Cartellino rosso",
      YELLOW_CARD: "Cartellino giallo",
      SUBSTITUTION: "Sostituzione",
      INJURY: "Infortunio",
      KICK_OFF: "Calcio d’inizio",
      HALF_TIME: "Intervallo",
      FULL_TIME: "Fine partita",
      EXTRA_TIME: "Tempi supplementari",
      SHOOT_OUT: "Tiri di rigore",
      SHOOT_OUT_KICK: "Tiri di rigore",
      GOAL_RUSH: "Pioggia di gol",
      EQUALISER: "Pareggio",
      LATE_EQUALISER: "Pareggio nel finale",
      LATE_WINNER: "Gol decisivo nel finale",
      COMEBACK: "Rimonta",
      HAT_TRICK: "Tripletta",
      LEAD_CHANGE: "Sorpasso",
      LEVEL_LATE: "Parità nel finale",
      BIG_CHANCE: "Grande occasione",
      SHOT_ON_TARGET: "Tiro parato",
      WOODWORK: "Legno",
      CORNER: "Calcio d’angolo",
      FREE_KICK: "Punizione",
      PRESSURE: "Pressione",
      VAR_CHECK: "Controllo VAR",
      STOPPAGE: "Gioco fermo",
      DRINKS_BREAK: "Pausa per bere",
      ADDED_TIME: "Recupero",
      LAST_MINUTES: "Ultimi minuti",
      LULL: "Fase di calma",
      MENTION_SPIKE: "Il pubblico ne parla",
      SENTIMENT_SWING: "L’umore cambia",
    },
    joined: { SENTIMENT_SWING: " tra i tifosi: " },
    cameOn: "Entrato",
  },
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
  const plain = type.charAt(0) + type.slice(1).toLowerCase().replaceAll("_", " ");
  return MOMENTS[language()].words[type] ?? plain;
}

/** Return a moment as an entry in the account of its player: "Goal", "Came on". */
export function playerMomentName(type: string): string {
  return type === "SUBSTITUTION" ? MOMENTS[language()].cameOn : momentName(type);
}

/** Return a moment in words: "Goal: Ciro Immobile", "Corner for Italy", "Half-time". */
export function momentWords({ type, player, team }: Named): string {
  const names = NAMED[type] ?? "player";
  const who = names === "nobody" ? null : names === "team" ? team : (player ?? team);
  return who ? `${momentName(type)}${MOMENTS[language()].joined[type] ?? ": "}${who}` : momentName(type);
}
