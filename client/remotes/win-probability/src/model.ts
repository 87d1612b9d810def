import type { Components } from "@touchline/sdk";

/** The chances of each outcome, and the minute of the match they were seen from. */
export interface Outlook {
  minute: number;
  home: number;
  draw: number;
  away: number;
}

/** Goals in ninety minutes at home and away: round figures of the order of Europe's top leagues. */
const HOME_GOALS = 1.5;
const AWAY_GOALS = 1.2;
/** A man short, a team scores less and its opponent more; by how much is a round assumption, not a measurement. */
const SHORT_SCORES = 0.67;
const AGAINST_SHORT_SCORES = 1.5;
const PERIOD_STARTS = [0, 45, 90, 105, 120];
/** Beyond so many further goals a chance is too small to draw. */
const MOST_GOALS = 12;

/**
 * The outcome from a context: each team's further goals are a Poisson variable whose mean is its rate times what is
 * left of the match (Maher 1982, without team strengths, which the context does not know).
 *
 * Nothing but the message enters: score, clock, neutral ground and men sent off.
 */
export function outlook(message: Components, totalMinutes: number): Outlook {
  const minute = minuteOf(message, totalMinutes);
  const left = Math.max(0, totalMinutes - minute) / 90;
  const [homeRate, awayRate] = rates(message);
  const [homeNow, awayNow] = message.score;
  const result: Outlook = { minute, home: 0, draw: 0, away: 0 };
  for (let home = 0; home <= MOST_GOALS; home += 1) {
    for (let away = 0; away <= MOST_GOALS; away += 1) {
      const chance = poisson(home, homeRate * left) * poisson(away, awayRate * left);
      const difference = homeNow + home - awayNow - away;
      result[difference > 0 ? "home" : difference < 0 ? "away" : "draw"] += chance;
    }
  }
  return result;
}

function minuteOf({ moment }: Components, totalMinutes: number): number {
  if (!moment) return 0;
  if (moment.type === "FULL_TIME") return totalMinutes;
  const start = PERIOD_STARTS[moment.period - 1] ?? totalMinutes;
  const end = PERIOD_STARTS[moment.period] ?? totalMinutes;
  return Math.min(end, start + moment.clockSeconds / 60);
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
