import { type Goal, matchClock, type Team } from "@touchline/kit";
import type { Moment } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Match } from "../config";
import { say } from "../words";
import type { Announcement } from "./announcement";
import { Icon } from "./icons";
import { inkOn } from "./inkOn";

interface Props {
  announcement: Announcement;
  match: Match;
  watchAgain: (goal: Goal) => void;
}

/** The band of the latest moment over the lower picture; after a goal its card. */
export function Announced({ announcement: { band, card }, match, watchAgain }: Props): ReactNode {
  if (band) return <Band key={band.id} moment={band} match={match} />;
  return card && <GoalCard goal={card} match={match} watchAgain={() => watchAgain(card)} />;
}

const SYMBOLS: Record<string, ReactNode> = {
  RED_CARD: <i className="shown-card red" />,
  YELLOW_CARD: <i className="shown-card yellow" />,
  SUBSTITUTION: <Icon name="substitution" />,
};

/** The score bar says the same to a screen reader. */
function Band({ moment, match }: { moment: Moment; match: Match }): ReactNode {
  const { type, player, score } = moment;
  const team = teamOf(moment, match);
  const isGoal = !(type in say().faces);
  const title = isGoal ? (type === "OWN_GOAL" ? say().ownGoal : say().goal) : say().faces[type];
  const about = type === "OWN_GOAL" && team ? say().forTeam(team.name) : team?.name;
  return (
    <div
      className={isGoal ? "band goal-band" : "band"}
      data-band={type}
      aria-hidden="true"
      style={isGoal && team ? { background: team.colour, color: inkOn(team.colour) } : undefined}
    >
      {isGoal || <i className="team-edge" style={{ background: team?.colour }} />}
      {SYMBOLS[type]}
      <strong>{title}</strong>
      <span>{[player, about].filter(Boolean).join(" · ")}</span>
      {isGoal && <b>{score.join("–")}</b>}
    </div>
  );
}

interface CardProps {
  goal: Goal;
  match: Match;
  watchAgain: () => void;
}

function GoalCard({ goal: { moment }, match, watchAgain }: CardProps): ReactNode {
  const scorer = scorerOf(moment, match);
  const what = moment.type === "OWN_GOAL" ? say().ownGoal : say().goal;
  return (
    <aside className="goal-card" aria-label={say().goal}>
      {scorer && <b style={{ background: scorer.colour, color: inkOn(scorer.colour) }}>{scorer.number}</b>}
      <p>
        <strong>{moment.player ?? teamOf(moment, match)?.name ?? what}</strong>
        <span>{[what, matchClock(moment), moment.score.join("–")].join(" · ")}</span>
      </p>
      <button type="button" onClick={watchAgain}>
        <Icon name="back" />
        {say().watchAgain}
      </button>
    </aside>
  );
}

function teamOf({ team }: Moment, { home, away }: Match): Team | null {
  return [home, away].find(({ name }) => name === team) ?? null;
}

/** Return the scorer's number and colour: the team of an own goal is the one that gains by it, not the scorer's. */
function scorerOf({ player }: Moment, { home, away }: Match): { number: number; colour: string } | null {
  const team = [home, away].find(({ players }) => players.some(({ name }) => name === player));
  const number = team?.players.find(({ name }) => name === player)?.number;
  return team && number !== undefined ? { number, colour: team.colour } : null;
}
