"""For a while after a goal the terminal shows nothing that sells, as the app does."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from local.play.demo.selling import QUIET_SECONDS, SELLING_TYPES, is_quiet, without_selling
from local.play.replay.persona_screen import ScreenKind, Shown
from paths import CATALOGUE_FOLDER
from tests.support.feed_entries import KICK_OFF

SELLING_CATEGORIES = {"advert", "betting", "commerce", "food"}


def version(minute: float, kind: str, home: int, away: int) -> dict[str, Any]:
    not_before = (KICK_OFF + timedelta(minutes=minute)).isoformat()
    return {"moment": {"type": kind}, "score": [home, away], "media": {"notBefore": not_before}}


def picture_at(minute: float) -> Callable[[datetime], float]:
    """Return how long ago a picture in real time reached a programme time."""
    return lambda programme_time: (KICK_OFF + timedelta(minutes=minute) - programme_time).total_seconds()


def test_it_is_quiet_for_a_while_after_the_first_moment_of_a_goal() -> None:
    reached = [version(0, "KICK_OFF", 0, 0), version(10, "GOAL", 0, 1), version(10.2, "LEAD_CHANGE", 0, 1)]
    last = 10 + QUIET_SECONDS / 60
    assert [is_quiet(reached, picture_at(minute)) for minute in (10, last - 0.01, last)] == [
        True,
        True,
        False,
    ]


def test_it_is_not_quiet_after_a_goal_that_is_disallowed_but_after_one_that_follows() -> None:
    reached = [version(10, "GOAL", 0, 1), version(12, "GOAL_DISALLOWED", 0, 0)]
    assert not is_quiet(reached, picture_at(12))
    assert is_quiet([*reached, version(13, "GOAL", 0, 1)], picture_at(13))


def test_slots_of_what_sells_stay_empty() -> None:
    poll, slip = {"type": "live_poll"}, {"type": "bet_slip"}
    shown = Shown(kind=ScreenKind.MOMENT, message={}, placements={"side_panel": slip, "overlay": poll})
    left = without_selling(shown)
    assert (left.kind, dict(left.placements)) == (ScreenKind.MOMENT, {"overlay": poll})
    assert without_selling(Shown(kind=ScreenKind.MOMENT, message={}, placements={"overlay": slip})).kind is (
        ScreenKind.NOTHING
    )


def test_the_types_that_sell_are_those_of_the_catalogues_selling_categories() -> None:
    components = json.loads((CATALOGUE_FOLDER / "components.json").read_text(encoding="utf-8"))["components"]
    selling = {each["type"] for each in components if SELLING_CATEGORIES & set(each["categories"])}
    assert selling == SELLING_TYPES
