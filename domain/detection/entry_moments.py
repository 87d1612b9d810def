"""The moment type of each kind of feed entry."""

from domain.match_event import SHOOT_OUT_PERIOD, Card, MatchEvent, MatchEventType, ShotOutcome
from domain.moment import MomentType

_OTHER = MatchEventType.OTHER
"""Looked up once: a member of an enumeration is slow to look up, and most entries are of this type."""
_PERIOD_STARTS = {
    1: MomentType.KICK_OFF,
    2: MomentType.KICK_OFF,
    3: MomentType.EXTRA_TIME,
    4: MomentType.KICK_OFF,
    5: MomentType.SHOOT_OUT,
}
_PERIOD_ENDS = {1: MomentType.HALF_TIME, 3: MomentType.HALF_TIME}
_SHOOT_OUT_KICKS = frozenset(
    {MatchEventType.SHOOT_OUT_KICK, MatchEventType.GOAL, MatchEventType.PENALTY_MISSED}
)
_MAY_BE_ORDINARY = frozenset({MatchEventType.SHOT, MatchEventType.FREE_KICK})
_CHANCES = {ShotOutcome.WOODWORK: MomentType.WOODWORK, ShotOutcome.SAVED: MomentType.SHOT_ON_TARGET}
DANGEROUS_FROM_X = 0.7
"""From here on a free kick can be shot or crossed: 31 metres from the goal line of a pitch of 105."""
_BY_TYPE = {
    MatchEventType.MATCH_END: MomentType.FULL_TIME,
    MatchEventType.PENALTY_AWARDED: MomentType.PENALTY_AWARDED,
    MatchEventType.PENALTY_MISSED: MomentType.PENALTY_MISSED,
    MatchEventType.SHOOT_OUT_KICK: MomentType.SHOOT_OUT_KICK,
    MatchEventType.SUBSTITUTION: MomentType.SUBSTITUTION,
    MatchEventType.INJURY_STOPPAGE: MomentType.INJURY,
    MatchEventType.CORNER: MomentType.CORNER,
    MatchEventType.VAR_CHECK: MomentType.VAR_CHECK,
    MatchEventType.STOPPAGE: MomentType.STOPPAGE,
    MatchEventType.DRINKS_BREAK: MomentType.DRINKS_BREAK,
    MatchEventType.ADDED_TIME: MomentType.ADDED_TIME,
}


def is_ordinary(match_event: MatchEvent) -> bool:
    """True if an entry can make no moment: it advances the clock, and is not kept.

    A shot with a revision is kept whatever its outcome: an older version of it may arrive later.
    """
    if match_event.type is _OTHER:
        return True
    is_minor = match_event.type in _MAY_BE_ORDINARY and match_event.revision is None
    return is_minor and moment_type_of(match_event) is None


def is_shoot_out_kick(match_event: MatchEvent) -> bool:
    """True for a kick of the shoot-out, also if the provider calls it a goal or a missed penalty."""
    if match_event.type is MatchEventType.SHOOT_OUT_KICK:
        return True
    return match_event.period == SHOOT_OUT_PERIOD and match_event.type in _SHOOT_OUT_KICKS


def was_scored(kick: MatchEvent) -> bool:
    """True if a kick of the shoot-out was scored."""
    return kick.scored or kick.type is MatchEventType.GOAL


def moment_type_of(match_event: MatchEvent) -> MomentType | None:
    """Return the type of the moment that an entry makes; None if that depends on the score."""
    if is_shoot_out_kick(match_event):
        return MomentType.SHOOT_OUT_KICK
    if match_event.type is MatchEventType.PERIOD_START:
        return _PERIOD_STARTS[match_event.period]
    if match_event.type is MatchEventType.PERIOD_END:
        return _PERIOD_ENDS.get(match_event.period)
    if match_event.type is MatchEventType.CARD:
        return MomentType.YELLOW_CARD if match_event.card is Card.YELLOW else MomentType.RED_CARD
    if match_event.type is MatchEventType.SHOT:
        return _chance(match_event)
    if match_event.type is MatchEventType.FREE_KICK:
        is_dangerous = match_event.x is not None and match_event.x >= DANGEROUS_FROM_X
        return MomentType.FREE_KICK if is_dangerous else None
    return _BY_TYPE.get(match_event.type)


def _chance(shot: MatchEvent) -> MomentType | None:
    if shot.big_chance:
        return MomentType.BIG_CHANCE
    return _CHANCES.get(shot.outcome) if shot.outcome is not None else None


def once_per(match_event: MatchEvent, moment: MomentType) -> str | None:
    """Return a key under which a moment is found once, however often it is reported; None if each counts."""
    if match_event.type in (MatchEventType.PERIOD_START, MatchEventType.PERIOD_END):
        return f"period-{match_event.period}"
    if match_event.type is MatchEventType.MATCH_END:
        return "match-end"
    if moment is MomentType.RED_CARD and match_event.player is not None:
        return f"{match_event.side}-{match_event.player}"
    return None
