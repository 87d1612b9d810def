"""Chances, set pieces and stoppages are windows of opportunity between goals."""

from typing import Any

import pytest

from domain.errors import InvalidFieldError
from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType, ShotOutcome
from domain.moment import Moment, MomentType
from tests.support.feed_entries import entry, moments_of

HOME = Side.HOME


def _found(kind: MatchEventType, **fields: Any) -> list[Moment]:
    return moments_of([entry(kind, 1, 4, side=HOME, **fields)])


@pytest.mark.parametrize(
    ("kind", "fields", "moment"),
    [
        (MatchEventType.SHOT, {"outcome": ShotOutcome.SAVED}, MomentType.SHOT_ON_TARGET),
        (MatchEventType.SHOT, {"outcome": ShotOutcome.WOODWORK}, MomentType.WOODWORK),
        (MatchEventType.SHOT, {"outcome": ShotOutcome.OFF_TARGET, "big_chance": True}, MomentType.BIG_CHANCE),
        (MatchEventType.SHOT, {"outcome": ShotOutcome.OFF_TARGET}, None),
        (MatchEventType.SHOT, {"outcome": ShotOutcome.BLOCKED}, None),
        (MatchEventType.CORNER, {}, MomentType.CORNER),
        (MatchEventType.FREE_KICK, {"x": 0.8}, MomentType.FREE_KICK),
        (MatchEventType.FREE_KICK, {"x": 0.4}, None),
        (MatchEventType.FREE_KICK, {}, None),
        (MatchEventType.VAR_CHECK, {}, MomentType.VAR_CHECK),
        (MatchEventType.STOPPAGE, {}, MomentType.STOPPAGE),
        (MatchEventType.DRINKS_BREAK, {}, MomentType.DRINKS_BREAK),
        (MatchEventType.ADDED_TIME, {"minutes": 4}, MomentType.ADDED_TIME),
    ],
)
def test_each_entry_is_its_moment(
    kind: MatchEventType, fields: dict[str, Any], moment: MomentType | None
) -> None:
    assert [each.type for each in _found(kind, **fields)] == ([] if moment is None else [moment])


def test_details_say_what_became_of_a_shot_and_how_much_time_is_added() -> None:
    [shot] = _found(MatchEventType.SHOT, outcome=ShotOutcome.SAVED)
    [added] = _found(MatchEventType.ADDED_TIME, minutes=4)
    assert (shot.details, added.details) == ({"outcome": "saved"}, {"minutes": 4})


@pytest.mark.parametrize(
    ("kind", "missing"), [("shot", "outcome"), ("added_time", "minutes"), ("corner", "side")]
)
def test_an_entry_without_its_field_is_refused(kind: str, missing: str) -> None:
    fields = {"id": "e", "type": kind, "period": 1, "clock_seconds": 1, "outcome": "saved", "minutes": 3}
    del (whole := {**fields, "side": "home"})[missing]
    with pytest.raises(InvalidFieldError, match=missing):
        MatchEvent.from_dict(whole)


def test_an_entry_is_read_as_it_was_written() -> None:
    shot = MatchEvent(
        id="e",
        type=MatchEventType.SHOT,
        period=1,
        clock_seconds=600,
        side=HOME,
        outcome=ShotOutcome.WOODWORK,
        big_chance=True,
        x=0.9,
        y=0.5,
    )
    assert MatchEvent.from_dict(shot.to_dict()) == shot
