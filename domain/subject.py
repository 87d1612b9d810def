"""Subjects: the person that a component is about, resolved from the headline and the line-ups."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.match import GOALKEEPER, Match, Side
from domain.match_clock import match_minute
from domain.match_facts import MatchFacts
from domain.moment import Moment, MomentType


class SubjectRole(StrEnum):
    """Which person of the headline a component is about."""

    SCORER = "scorer"
    GOALKEEPER = "goalkeeper"
    """The goalkeeper who faces the headline's shot: of the other team than the one that shoots."""
    SUBSTITUTE = "substitute"
    """The player who comes on."""
    BOOKED_PLAYER = "booked_player"
    SENT_OFF_PLAYER = "sent_off_player"
    PENALTY_TAKER = "penalty_taker"
    SHOOTER = "shooter"
    """The player of a shot that is no goal."""
    SET_PIECE_TAKER = "set_piece_taker"
    """The player who takes the corner or the free kick."""


GOAL_MOMENTS = frozenset(
    {
        MomentType.GOAL,
        MomentType.OWN_GOAL,
        MomentType.EQUALISER,
        MomentType.LATE_EQUALISER,
        MomentType.LATE_WINNER,
        MomentType.COMEBACK,
        MomentType.HAT_TRICK,
        MomentType.LEAD_CHANGE,
        MomentType.GOAL_RUSH,
    }
)
"""Moments of a goal: their side gains by it, their player scored it."""
PENALTY_KICKS = frozenset({MomentType.PENALTY_MISSED, MomentType.SHOOT_OUT_KICK})
CHANCES = frozenset({MomentType.BIG_CHANCE, MomentType.SHOT_ON_TARGET, MomentType.WOODWORK})
"""Moments of a shot that is no goal."""
SET_PIECES = frozenset({MomentType.CORNER, MomentType.FREE_KICK})
_MOMENTS: dict[str, frozenset[MomentType]] = {
    SubjectRole.SCORER: GOAL_MOMENTS,
    SubjectRole.GOALKEEPER: GOAL_MOMENTS
    | PENALTY_KICKS
    | {MomentType.PENALTY_AWARDED, MomentType.SHOT_ON_TARGET},
    SubjectRole.SUBSTITUTE: frozenset({MomentType.SUBSTITUTION}),
    SubjectRole.BOOKED_PLAYER: frozenset({MomentType.YELLOW_CARD}),
    SubjectRole.SENT_OFF_PLAYER: frozenset({MomentType.RED_CARD}),
    SubjectRole.PENALTY_TAKER: PENALTY_KICKS,
    SubjectRole.SHOOTER: CHANCES,
    SubjectRole.SET_PIECE_TAKER: SET_PIECES,
}
"""The headlines that have each person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person of the match, at a minute as broadcasts show it (`66`, `45+2`)."""

    player: str
    team: str
    side: Side
    minute: str

    @property
    def title(self) -> str:
        """The person and the minute, such as `Ciro Immobile, 66'`."""
        return f"{self.player}, {self.minute}'"

    def to_dict(self) -> dict[str, Any]:
        """Return `{"player", "team", "side", "minute"}`."""
        return {
            "player": self.player,
            "team": self.team,
            "side": self.side.value,
            "minute": self.minute,
        }


def find_subject(role: str, facts: MatchFacts) -> Subject | None:
    """Return the person with this role in the headline; None if it has none, or none for certain."""
    headline = facts.headline
    if headline is None or headline.side is None or headline.type not in _MOMENTS.get(role, ()):
        return None
    person = (
        _goalkeeper(facts.match, headline.side.opponent)
        if role == SubjectRole.GOALKEEPER
        else _player(facts.match, headline, headline.side)
    )
    if person is None:
        return None
    player, side = person
    return Subject(
        player=player,
        team=facts.match.team(side).name,
        side=side,
        minute=match_minute(headline.period, headline.clock_seconds),
    )


def _player(match: Match, headline: Moment, side: Side) -> tuple[str, Side] | None:
    """Return the headline's player and their side: for an own goal, the team that it counts against.

    The line-ups decide it. Without them a goal and an own goal say it themselves, other moments of a goal do
    not.
    """
    player = headline.player
    if player is None:
        return None
    if match.line_ups:
        sides = {each.side for each in match.line_ups if each.name == player}
        for candidate in _possible_sides(headline, side):
            if candidate in sides:
                return player, candidate
        return None
    possible = _possible_sides(headline, side)
    return (player, possible[0]) if len(possible) == 1 else None


def _possible_sides(headline: Moment, side: Side) -> tuple[Side, ...]:
    if headline.type is MomentType.OWN_GOAL:
        return (side.opponent,)
    may_be_own_goal = headline.type in GOAL_MOMENTS - {MomentType.GOAL, MomentType.HAT_TRICK}
    return (side, side.opponent) if may_be_own_goal else (side,)


def _goalkeeper(match: Match, side: Side) -> tuple[str, Side] | None:
    """Return the goalkeeper of the line-up; None if it has none, or more than one."""
    keepers = [each.name for each in match.line_ups if each.side is side and each.position == GOALKEEPER]
    return (keepers[0], side) if len(keepers) == 1 else None
