"""Which moments matter more, what each is called in the context, and how long each stays worth showing."""

from dataclasses import dataclass

from domain.moment import MomentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Salience:
    """How a moment type enters the context: its word, its rank (higher wins) and its life on the screen."""

    word: str
    rank: int
    valid_seconds: int


MINOR, NOTABLE, MAJOR, SUPREME = 1, 2, 3, 4
HOLD_SECONDS = 60
"""A moment keeps the headline against lesser ones for so many seconds of play."""

SALIENCE: dict[MomentType, Salience] = {
    MomentType.SUBSTITUTION: Salience(word="substitution", rank=MINOR, valid_seconds=60),
    MomentType.YELLOW_CARD: Salience(word="yellow_card", rank=MINOR, valid_seconds=60),
    MomentType.SENTIMENT_SWING: Salience(word="crowd", rank=MINOR, valid_seconds=60),
    MomentType.MENTION_SPIKE: Salience(word="crowd", rank=MINOR, valid_seconds=60),
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
    MomentType.LATE_EQUALISER: Salience(word="equaliser", rank=SUPREME, valid_seconds=240),
    MomentType.LATE_WINNER: Salience(word="goal", rank=SUPREME, valid_seconds=240),
    MomentType.GOAL_RUSH: Salience(word="goal_rush", rank=SUPREME, valid_seconds=240),
    MomentType.GOAL_DISALLOWED: Salience(word="goal_disallowed", rank=SUPREME, valid_seconds=120),
    MomentType.HALF_TIME: Salience(word="break", rank=SUPREME, valid_seconds=900),
    MomentType.EXTRA_TIME: Salience(word="break", rank=SUPREME, valid_seconds=300),
    MomentType.SHOOT_OUT: Salience(word="shoot_out", rank=SUPREME, valid_seconds=300),
    MomentType.FULL_TIME: Salience(word="full_time", rank=SUPREME, valid_seconds=1800),
}
