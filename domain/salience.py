"""The salience of each moment type: its word in the context, its rank, and how long it stays valid."""

from dataclasses import dataclass

from domain.moment import MomentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Salience:
    """How a moment type enters the context: its word, its rank (higher wins) and how long it is shown."""

    word: str
    rank: int
    valid_seconds: int


LOWEST, MINOR, NOTABLE, MAJOR, HIGHEST = 0, 1, 2, 3, 4
HOLD_SECONDS = 60
"""For this many seconds of play, a moment of a lower rank does not replace the current one."""


def takes_over(rank: int, held_rank: int, later_by_seconds: float) -> bool:
    """True if a moment takes the screen from another one that is still valid, by rank and time of play."""
    if later_by_seconds > 0:
        return rank >= held_rank or later_by_seconds >= HOLD_SECONDS
    return rank > held_rank and -later_by_seconds < HOLD_SECONDS


SALIENCE: dict[MomentType, Salience] = {
    MomentType.SUBSTITUTION: Salience(word="substitution", rank=MINOR, valid_seconds=60),
    MomentType.YELLOW_CARD: Salience(word="yellow_card", rank=MINOR, valid_seconds=60),
    MomentType.SENTIMENT_SWING: Salience(word="crowd", rank=MINOR, valid_seconds=60),
    MomentType.MENTION_SPIKE: Salience(word="crowd", rank=MINOR, valid_seconds=60),
    MomentType.LULL: Salience(word="none", rank=LOWEST, valid_seconds=270),
    MomentType.CORNER: Salience(word="set_piece", rank=MINOR, valid_seconds=60),
    MomentType.FREE_KICK: Salience(word="set_piece", rank=MINOR, valid_seconds=60),
    MomentType.PRESSURE: Salience(word="pressure", rank=MINOR, valid_seconds=90),
    MomentType.SHOT_ON_TARGET: Salience(word="chance", rank=MINOR, valid_seconds=90),
    MomentType.WOODWORK: Salience(word="chance", rank=NOTABLE, valid_seconds=90),
    MomentType.BIG_CHANCE: Salience(word="chance", rank=NOTABLE, valid_seconds=90),
    MomentType.ADDED_TIME: Salience(word="added_time", rank=NOTABLE, valid_seconds=180),
    MomentType.LAST_MINUTES: Salience(word="last_minutes", rank=MINOR, valid_seconds=180),
    MomentType.STOPPAGE: Salience(word="stoppage", rank=NOTABLE, valid_seconds=120),
    MomentType.DRINKS_BREAK: Salience(word="stoppage", rank=NOTABLE, valid_seconds=180),
    MomentType.VAR_CHECK: Salience(word="var_check", rank=MAJOR, valid_seconds=120),
    MomentType.INJURY: Salience(word="injury", rank=NOTABLE, valid_seconds=120),
    MomentType.SHOOT_OUT_KICK: Salience(word="shoot_out", rank=NOTABLE, valid_seconds=60),
    MomentType.KICK_OFF: Salience(word="kick_off", rank=NOTABLE, valid_seconds=300),
    MomentType.LEVEL_LATE: Salience(word="level_late", rank=NOTABLE, valid_seconds=300),
    MomentType.PENALTY_AWARDED: Salience(word="penalty", rank=MAJOR, valid_seconds=90),
    MomentType.PENALTY_MISSED: Salience(word="penalty", rank=MAJOR, valid_seconds=90),
    MomentType.SCORE_CORRECTED: Salience(word="none", rank=MAJOR, valid_seconds=120),
    MomentType.GOAL: Salience(word="goal", rank=MAJOR, valid_seconds=180),
    MomentType.OWN_GOAL: Salience(word="goal", rank=MAJOR, valid_seconds=180),
    MomentType.LEAD_CHANGE: Salience(word="goal", rank=MAJOR, valid_seconds=180),
    MomentType.HAT_TRICK: Salience(word="goal", rank=MAJOR, valid_seconds=180),
    MomentType.RED_CARD: Salience(word="red_card", rank=MAJOR, valid_seconds=180),
    MomentType.EQUALISER: Salience(word="equaliser", rank=MAJOR, valid_seconds=180),
    MomentType.COMEBACK: Salience(word="equaliser", rank=MAJOR, valid_seconds=180),
    MomentType.LATE_EQUALISER: Salience(word="equaliser", rank=HIGHEST, valid_seconds=240),
    MomentType.LATE_WINNER: Salience(word="goal", rank=HIGHEST, valid_seconds=240),
    MomentType.GOAL_RUSH: Salience(word="goal_rush", rank=HIGHEST, valid_seconds=240),
    MomentType.GOAL_DISALLOWED: Salience(word="goal_disallowed", rank=HIGHEST, valid_seconds=120),
    MomentType.HALF_TIME: Salience(word="break", rank=HIGHEST, valid_seconds=900),
    MomentType.EXTRA_TIME: Salience(word="break", rank=HIGHEST, valid_seconds=300),
    MomentType.SHOOT_OUT: Salience(word="shoot_out", rank=HIGHEST, valid_seconds=300),
    MomentType.FULL_TIME: Salience(word="full_time", rank=HIGHEST, valid_seconds=1800),
}
