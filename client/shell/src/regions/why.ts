import { DOES_NOT_FIT, isEventful, matchClock, momentWords, translator } from "@touchline/kit";
import type { Components, Moment, Placement, Rung } from "@touchline/sdk";
import { texts } from "../texts";

/** Why a component is on the screen, in words. */
export interface Why {
  /** One line: "Because Italy scored". */
  headline: string;
  /** The moment that it belongs to, with its time and the score; null between moments. */
  moment: string | null;
  /** Who ranked it, from the rung of the ladder. */
  choice: string;
  /** The rules that kept another component out of the slot. */
  rules: string[];
}

const t = translator({
  "Before kick-off": "Prima del calcio d’inizio",
  "For this part of the first half": "Per questa parte del primo tempo",
  "For half-time": "Per l’intervallo",
  "For this part of the second half": "Per questa parte del secondo tempo",
  "For the last minutes": "Per gli ultimi minuti",
  "For extra time": "Per i tempi supplementari",
  "For the penalty shoot-out": "Per i tiri di rigore",
  "After the match": "Dopo la partita",
  "For this match": "Per questa partita",
  "You, by what you opened and closed before": "Te, da ciò che hai aperto e chiuso",
  "Viewers like you": "Spettatori come te",
  "All viewers, at moments like this": "Tutti gli spettatori, in momenti come questo",
  "The editors of this match": "La redazione della partita",
  "It was here before and still fits": "Era già qui ed è ancora adatto",
  "a team": "una squadra",
  "a player": "un giocatore",
  "Because {clause}": "Perché {clause}",
});

/** The line between moments, by the phase of the match. */
const PHASES = {
  before: "Before kick-off",
  first_half: "For this part of the first half",
  half_time: "For half-time",
  second_half: "For this part of the second half",
  last_five_minutes: "For the last minutes",
  extra_time: "For extra time",
  shoot_out: "For the penalty shoot-out",
  finished: "After the match",
} as const;

const CHOICES: Record<Rung, (cohort: string) => string> = {
  viewer: () => t("You, by what you opened and closed before"),
  cohort: (cohort) => `${t("Viewers like you")}${cohort && `: ${cohort}`}`,
  popularity: () => t("All viewers, at moments like this"),
  editorial: () => t("The editors of this match"),
  keep: () => t("It was here before and still fits"),
};

/** Return why a message shows this placement to a viewer of this cohort, which is in words and may be empty. */
export function whyOf(placement: Placement, message: Components, cohort: string): Why {
  const isForMoment = message.placements.includes(placement) || message.alternatives.includes(placement);
  const moment = isForMoment ? message.moment : null;
  const isAbout = moment !== null && isEventful(moment);
  return {
    headline: isAbout
      ? headlineOf(moment)
      : t(PHASES[message.columns.MATCH_PHASE as keyof typeof PHASES] ?? "For this match"),
    moment: isAbout ? `${matchClock(moment)} ${momentWords(moment)}, ${moment.score.join("–")}` : null,
    choice: CHOICES[placement.rung](cohort),
    rules: placement.constraints.filter((id) => id !== DOES_NOT_FIT).map(ruleInWords),
  };
}

function headlineOf({ type, team, player }: Moment): string {
  const clause = texts().clauses[type]?.(team ?? t("a team"), player ?? t("a player"));
  return clause ? t("Because {clause}", { clause }) : momentWords({ type, team, player });
}

/** Return a rule as a sentence, which in English is its id: `no-quiz-after-a-goal` is "No quiz after a goal". */
function ruleInWords(id: string): string {
  const words = texts().rules[id];
  if (words) return words;
  return id.charAt(0).toUpperCase() + id.slice(1).replaceAll("-", " ");
}
