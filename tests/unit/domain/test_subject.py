"""The person that a component is about is the right one, or the component is not eligible."""

from dataclasses import replace
from typing import Any

import pytest

from domain.context import initial_context
from domain.match import GOALKEEPER, Match, Player, Side
from domain.match_facts import MatchFacts
from domain.moment import MomentType
from domain.subject import Subject, find_subject
from tests.support import builders

LINE_UPS = (
    Player(id="1", name="Merih Demiral", side=Side.HOME),
    Player(id="2", name="Uğurcan Çakır", side=Side.HOME, position=GOALKEEPER),
    Player(id="3", name="Ciro Immobile", side=Side.AWAY),
    Player(id="4", name="Gianluigi Donnarumma", side=Side.AWAY, position=GOALKEEPER),
)
MATCH = replace(builders.a_match(), line_ups=LINE_UPS)


def found(
    role: str, kind: MomentType, player: str | None, match: Match = MATCH, **changes: Any
) -> Subject | None:
    fields: dict[str, Any] = {"side": Side.AWAY, "player": player, "period": 2, "clock_seconds": 1233.0}
    headline = builders.a_moment(kind=kind, **{**fields, **changes})
    facts = replace(MatchFacts.of(initial_context(match), match), headline=headline)
    return find_subject(role, facts)


def person(subject: Subject | None) -> tuple[str, str] | None:
    return (subject.player, subject.team) if subject else None


def test_the_title_names_the_scorer_and_the_minute() -> None:
    subject = found("scorer", MomentType.GOAL, "Ciro Immobile")
    assert subject is not None
    assert subject.title == "Ciro Immobile, 66'"
    assert subject.to_dict() == {"player": "Ciro Immobile", "team": "Italy", "side": "away", "minute": "66"}


def test_a_goal_in_stoppage_time_has_the_minute_of_reports() -> None:
    subject = found("scorer", MomentType.GOAL, "Ciro Immobile", period=1, clock_seconds=2770.0)
    assert subject is not None
    assert subject.title == "Ciro Immobile, 45+2'"


@pytest.mark.parametrize("kind", [MomentType.OWN_GOAL, MomentType.EQUALISER, MomentType.LATE_WINNER])
def test_the_scorer_of_an_own_goal_is_a_player_of_the_other_team(kind: MomentType) -> None:
    assert person(found("scorer", kind, "Merih Demiral")) == ("Merih Demiral", "Turkey")


@pytest.mark.parametrize(
    ("role", "kind", "player", "expected"),
    [
        ("goalkeeper", MomentType.GOAL, "Ciro Immobile", ("Uğurcan Çakır", "Turkey")),
        ("goalkeeper", MomentType.PENALTY_MISSED, "Ciro Immobile", ("Uğurcan Çakır", "Turkey")),
        ("goalkeeper", MomentType.YELLOW_CARD, "Ciro Immobile", None),
        ("substitute", MomentType.SUBSTITUTION, "Ciro Immobile", ("Ciro Immobile", "Italy")),
        ("substitute", MomentType.GOAL, "Ciro Immobile", None),
        ("scorer", MomentType.SUBSTITUTION, "Ciro Immobile", None),
        ("scorer", MomentType.GOAL, None, None),
        ("scorer", MomentType.GOAL, "A Stranger", None),
        ("scorer", MomentType.GOAL, "Merih Demiral", None),
        ("booked_player", MomentType.YELLOW_CARD, "Ciro Immobile", ("Ciro Immobile", "Italy")),
        ("sent_off_player", MomentType.RED_CARD, "Ciro Immobile", ("Ciro Immobile", "Italy")),
        ("sent_off_player", MomentType.YELLOW_CARD, "Ciro Immobile", None),
        ("penalty_taker", MomentType.PENALTY_MISSED, "Ciro Immobile", ("Ciro Immobile", "Italy")),
        ("penalty_taker", MomentType.PENALTY_AWARDED, "Ciro Immobile", None),
        ("shooter", MomentType.BIG_CHANCE, "Ciro Immobile", ("Ciro Immobile", "Italy")),
        ("shooter", MomentType.WOODWORK, "Merih Demiral", None),
        ("shooter", MomentType.WOODWORK, None, None),
        ("shooter", MomentType.GOAL, "Ciro Immobile", None),
        ("shooter", MomentType.CORNER, "Ciro Immobile", None),
        ("goalkeeper", MomentType.SHOT_ON_TARGET, "Ciro Immobile", ("Uğurcan Çakır", "Turkey")),
        ("goalkeeper", MomentType.WOODWORK, "Ciro Immobile", None),
        ("goalkeeper", MomentType.CORNER, "Ciro Immobile", None),
        ("set_piece_taker", MomentType.CORNER, "Ciro Immobile", ("Ciro Immobile", "Italy")),
        ("set_piece_taker", MomentType.FREE_KICK, None, None),
        ("set_piece_taker", MomentType.PENALTY_MISSED, "Ciro Immobile", None),
        ("coach", MomentType.GOAL, "Ciro Immobile", None),
    ],
)
def test_each_role_is_that_of_its_moments(
    role: str, kind: MomentType, player: str | None, expected: tuple[str, str] | None
) -> None:
    assert person(found(role, kind, player)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (MomentType.GOAL, ("Ciro Immobile", "Italy")),
        (MomentType.OWN_GOAL, ("Ciro Immobile", "Turkey")),
        (MomentType.EQUALISER, None),
    ],
)
def test_without_line_ups_the_team_must_be_certain(
    kind: MomentType, expected: tuple[str, str] | None
) -> None:
    assert person(found("scorer", kind, "Ciro Immobile", builders.a_match())) == expected


def test_without_positions_no_goalkeeper_is_named() -> None:
    unknown = replace(MATCH, line_ups=tuple(replace(player, position=None) for player in LINE_UPS))
    assert found("goalkeeper", MomentType.GOAL, "Ciro Immobile", unknown) is None


def test_a_moment_without_a_side_has_no_subject() -> None:
    assert found("scorer", MomentType.GOAL, "Ciro Immobile", side=None) is None
