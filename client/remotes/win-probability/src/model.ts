import { type InPlay, matchClock, PERIOD_STARTS_MINUTES, translator } from "@touchline/kit";
import type { Components } from "@touchline/sdk";

const t = translator({
  "At half-time": "All’intervallo",
  "At full time": "A fine partita",
  "At {clock}": "Al {clock}",
  "Before kick-off": "Prima del calcio d’inizio",
});

/** The probability of each outcome at a minute of the match. */
export interface Outlook {
  minute: number;
  home: number;
  draw: number;
  away: number;
}

/** Goals per ninety minutes at home and away: rounded figures of Europe's top leagues. */
const HOME_GOALS = 1.5;
const AWAY_GOALS = 1.2;
/** The factors on the goals of a team that is a player short and of its opponent: assumed, not measured. */
const SHORT_SCORES = 0.67;
const AGAINST_SHORT_SCORES = 1.5;
/** The probability of more further goals than this is negligible. */
const MAX_GOALS = 12;

/**
 * Return the probabilities of each outcome. Each team's further goals follow a Poisson distribution whose mean is
 * its rate times the remaining share of the match (Maher 1982, without team strengths).
 *
 * The inputs are the message's score, neutral ground and players sent off, and the time of play: that of the message's
 * moment unless another is given.
 */
export function outlook(
  message: Components,
  totalMinutes: number,
  clock: InPlay | null = message.moment,
): Outlook {
  const minute = message.columns.MATCH_PHASE === "finished" ? totalMinutes : minuteOf(clock, totalMinutes);
  const left = Math.max(0, totalMinutes - minute) / 90;
  const [homeRate, awayRate] = rates(message);
  const [homeNow, awayNow] = message.score;
  const result: Outlook = { minute, home: 0, draw: 0, away: 0 };
  for (let home = 0; home <= MAX_GOALS; home += 1) {
    for (let away = 0; away <= MAX_GOALS; away += 1) {
      const chance = poisson(home, homeRate * left) * poisson(away, awayRate * left);
      const difference = homeNow + home - awayNow - away;
      result[difference > 0 ? "home" : difference < 0 ? "away" : "draw"] += chance;
    }
  }
  return result;
}

function minuteOf(clock: InPlay | null, totalMinutes: number): number {
  if (!clock) return 0;
  const start = PERIOD_STARTS_MINUTES[clock.period - 1] ?? totalMinutes;
  const end = PERIOD_STARTS_MINUTES[clock.period] ?? totalMinutes;
  return Math.min(end, start + clock.clockSeconds / 60);
}

/** Return when the chances hold, such as "At 41′". */
export function timeOf({ columns }: Components, clock: InPlay | null): string {
  if (columns.MATCH_PHASE === "half_time") return t("At half-time");
  if (columns.MATCH_PHASE === "finished") return t("At full time");
  return clock ? t("At {clock}", { clock: matchClock(clock) }) : t("Before kick-off");
}

function rates({ columns }: Components): [number, number] {
  let [home, away] = [HOME_GOALS, AWAY_GOALS];
  if (!columns.OCCASION.endsWith("@home_ground")) home = away = (HOME_GOALS + AWAY_GOALS) / 2;
  if (columns.TEAM_COMPOSITION === "home_short")
    [home, away] = [home * SHORT_SCORES, away * AGAINST_SHORT_SCORES];
  if (columns.TEAM_COMPOSITION === "away_short")
    [home, away] = [home * AGAINST_SHORT_SCORES, away * SHORT_SCORES];
  return [home, away];
}

function poisson(goals: number, mean: number): number {
  let chance = Math.exp(-mean);
  for (let each = 1; each <= goals; each += 1) chance *= mean / each;
  return chance;
}
