"""The terminal shows what an app at the same picture shows: both are held to the cases of the SDK's tests."""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain.placement import Rung
from local.play.replay.persona_screen import PersonaScreen, ScreenKind
from paths import CLIENT
from tests.support.match_moments import KICK_OFF

CASES = json.loads((CLIENT / "sdk" / "test" / "screens.json").read_text(encoding="utf-8"))


def message(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a `components` message with the times of a case, which are seconds."""
    opens, closes = (
        (KICK_OFF + timedelta(seconds=fields[name])).isoformat() for name in ("notBefore", "validUntil")
    )
    return {
        "rung": Rung.COHORT.value,
        "afterwards": [],
        **fields,
        "media": {"notBefore": opens, "validUntil": closes},
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_screen_is_that_of_the_sdk(case: dict[str, Any]) -> None:
    screen = PersonaScreen()
    for fields in case["versions"]:
        screen.receive(message(fields))
    for expected in case["screens"]:
        shown = screen.at(KICK_OFF + timedelta(seconds=expected["at"]))
        found = {slot: placement["componentId"] for slot, placement in shown.placements.items()}
        assert found == expected["shows"], f"at {expected['at']} s"


def test_a_screen_says_whether_it_is_about_a_moment() -> None:
    (case,) = (each for each in CASES if "calm screen" in each["name"])
    screen = PersonaScreen()
    for fields in case["versions"]:
        screen.receive(message(fields))
    kinds = [screen.at(KICK_OFF + timedelta(seconds=second)).kind for second in (-1, 59, 60, 120)]
    assert kinds == [ScreenKind.NOTHING, ScreenKind.MOMENT, ScreenKind.CALM, ScreenKind.NOTHING]
