"""States of simulated matches between two teams: what is on when components are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from domain.context_columns import derive_columns
from domain.match import Match, Score, Side, Stage
from domain.match_clock import PERIOD_LENGTH_SECONDS, PERIOD_START_SECONDS
from domain.match_event import SHOOT_OUT_PERIOD
from domain.match_facts import CALM, MatchFacts
from domain.moment import Moment, MomentType
from domain.registry import MATCH_EVENT
from domain.salience import SALIENCE
from domain.situation import LAST_FIVE_MINUTES_FROM_SECONDS, Situation, phase_at
from domain.subject import GOAL_MOMENTS
from local.study.simulator.situations import EVENTS

K = TypeVar("K")
EVENT_SHARES = EVENTS | {"none": 45, "goal": 30, "break": 20, "full_time": 20}
"""The shares of screens by the word of their moment; those of calm, goals, the break and the end are long."""
OTHER_EVENT_SHARE = 3
"""The share of a word that `EVENT_SHARES` does not list."""
STAGE_SHARES = {Stage.GROUP: 6, Stage.KNOCKOUT: 3, Stage.FINAL: 1}
CALM_PHASE_SHARES = {"before": 1, "half_time": 1, "play": 7, "finished": 1}
EXTRA_TIME_SHARE = 0.2
"""The share of states of a match with a loser that are in extra time."""
SENT_OFF_SHARE = 0.05
GOALS_PER_SECOND = 1.4 / 5400
PERIOD_SECONDS = 2820.0
EXTRA_PERIOD_SECONDS = 900.0
WITHOUT_SIDE = frozenset(
    {
        "none",
        "kick_off",
        "level_late",
        "break",
        "full_time",
        "crowd",
        "var_check",
        "stoppage",
        "added_time",
        "last_minutes",
    }
)
"""Words of moments that are about neither team."""
LEVELLING = frozenset({MomentType.EQUALISER, MomentType.LATE_EQUALISER, MomentType.COMEBACK})
LEADING = frozenset({MomentType.LEAD_CHANGE, MomentType.LATE_WINNER})
LEVEL = frozenset({MomentType.LEVEL_LATE, MomentType.EXTRA_TIME, MomentType.SHOOT_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedState:
    """The facts of a match at one time, and the context columns that follow from them."""

    facts: MatchFacts
    columns: dict[str, str]


def draw_states(match: Match, count: int, rng: np.random.Generator) -> list[SimulatedState]:
    """Draw states of matches between the teams of a match: of any stage, at any time, with any score."""
    return [_draw_state(match, rng) for _ in range(count)]


def _draw_state(match: Match, rng: np.random.Generator) -> SimulatedState:
    match = replace(match, stage=_pick(STAGE_SHARES, rng))
    word = _pick({word: EVENT_SHARES.get(word, OTHER_EVENT_SHARE) for word in MATCH_EVENT.vocabulary}, rng)
    types = [kind for kind, salience in SALIENCE.items() if salience.word == word]
    if word == CALM or (word == "shoot_out" and match.stage is Stage.GROUP):
        types = []
    kind = types[int(rng.integers(len(types)))] if types else None
    period, clock_seconds, phase = _time(kind, match, rng)
    side = None if kind is None or word in WITHOUT_SIDE else _pick({Side.HOME: 1, Side.AWAY: 1}, rng)
    score = _score(kind, side, _seconds_played(period, clock_seconds), rng)
    sent_off = {each: int(rng.random() < SENT_OFF_SHARE) for each in Side}
    if kind is MomentType.RED_CARD and side is not None:
        sent_off[side] = 1
    headline = None
    if kind is not None:
        player_side = side.opponent if side and kind is MomentType.OWN_GOAL else side
        headline = Moment(
            id=f"{match.id}:{kind}",
            match_id=match.id,
            type=kind,
            signal_id=f"{match.id}:signal",
            period=period,
            clock_seconds=clock_seconds,
            occurred_at=match.kick_off,
            score=score,
            side=side,
            team=side and match.team(side).name,
            player=player_side and _player(match, player_side, rng),
        )
    situation = Situation(
        score=score, home_sent_off=sent_off[Side.HOME], away_sent_off=sent_off[Side.AWAY], phase=phase
    )
    minute = int(_seconds_played(period, clock_seconds) // 60)
    return SimulatedState(
        facts=MatchFacts(match=match, phase=phase, score=score, headline=headline, minute=minute),
        columns=derive_columns(situation, headline, match),
    )


def _time(kind: MomentType | None, match: Match, rng: np.random.Generator) -> tuple[int, float, str]:
    """Draw a period, the seconds in it and the phase in which a moment, or calm, is possible."""
    if kind is None:
        phase = _pick(CALM_PHASE_SHARES, rng)
        if phase != "play":
            return {"before": 0, "half_time": 1, "finished": 2}[phase], _end_of(phase), phase
    period, last = int(rng.integers(1, 3)), PERIOD_SECONDS
    first = 0.0
    match kind:
        case MomentType.KICK_OFF:
            last = 0.0
        case MomentType.HALF_TIME:
            return 1, _end_of("half_time"), "half_time"
        case MomentType.FULL_TIME:
            return 2, _end_of("finished"), "finished"
        case MomentType.EXTRA_TIME:
            return 3, 0.0, "extra_time"
        case MomentType.SHOOT_OUT | MomentType.SHOOT_OUT_KICK:
            return SHOOT_OUT_PERIOD, 0.0, "shoot_out"
        case MomentType.LEVEL_LATE | MomentType.LATE_EQUALISER | MomentType.LATE_WINNER:
            period, first = 2, LAST_FIVE_MINUTES_FROM_SECONDS
        case MomentType.LAST_MINUTES:
            first, last = LAST_FIVE_MINUTES_FROM_SECONDS, PERIOD_LENGTH_SECONDS[period]
        case MomentType.ADDED_TIME:
            first = PERIOD_LENGTH_SECONDS[period]
        case _:
            if match.stage is not Stage.GROUP and rng.random() < EXTRA_TIME_SHARE:
                period, last = int(rng.integers(3, 5)), EXTRA_PERIOD_SECONDS
    clock_seconds = float(rng.uniform(first, last))
    return period, clock_seconds, phase_at(period, clock_seconds)


def _end_of(phase: str) -> float:
    return 0.0 if phase == "before" else PERIOD_SECONDS


def _seconds_played(period: int, clock_seconds: float) -> float:
    return PERIOD_START_SECONDS.get(period, 0.0) + clock_seconds


def _score(
    kind: MomentType | None, side: Side | None, seconds_played: float, rng: np.random.Generator
) -> Score:
    """Draw the score after a moment."""
    home, away = (int(goals) for goals in rng.poisson(GOALS_PER_SECOND * seconds_played, 2))
    if kind in LEVEL:
        away = home
    score = Score(home=home, away=away)
    if side is None or kind not in GOAL_MOMENTS:
        return score
    if kind in LEVELLING:
        conceded = max(score.of(side.opponent), 1)
        return Score(home=conceded, away=conceded)
    if kind in LEADING:
        return Score(home=away, away=away).plus(side)
    fewest = 3 if kind in (MomentType.HAT_TRICK, MomentType.GOAL_RUSH) else 1
    return score.plus(side, max(1, fewest - score.of(side)))


def _pick(shares: Mapping[K, float], rng: np.random.Generator) -> K:
    """Draw one of the keys by their shares."""
    weights = np.array(list(shares.values()), float)
    return list(shares)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def _player(match: Match, side: Side, rng: np.random.Generator) -> str | None:
    names = [player.name for player in match.line_ups if player.side is side]
    return names[int(rng.integers(len(names)))] if names else None
