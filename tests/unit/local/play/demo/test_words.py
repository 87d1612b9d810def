"""The demo speaks in sentences, for every kind of moment and every rung."""

import pytest

from domain.moment import MomentType
from domain.placement import Rung
from local.play.demo.words import PHRASES, SOURCES, occasion, sources
from local.play.replay.persona_screen import ScreenKind, Shown


def shown(kind: ScreenKind = ScreenKind.MOMENT, moment: str = "GOAL", team: str | None = "Italy") -> Shown:
    return Shown(kind=kind, message={"moment": {"type": moment, "team": team}}, placements={})


def test_a_goal_for_a_team_is_the_occasion() -> None:
    assert occasion(shown()) == "Italy scored"


def test_calm_screens_have_no_moment_as_occasion() -> None:
    assert occasion(shown(ScreenKind.CALM)) == "nothing new happens"


def test_sources_and_rules_are_named_once() -> None:
    placements = [
        {"rung": "cohort", "constraints": ["does-not-fit", "adults-only", "no_ads"]},
        {"rung": "cohort", "constraints": ["no_ads"]},
        {"rung": "editorial", "constraints": []},
    ]
    assert sources(placements) == (
        "ranked for viewers like this one, the editors' choice; others did not pass: adults only, no ads"
    )


def test_what_only_does_not_fit_is_no_rule() -> None:
    placement = {"rung": "editorial", "constraints": ["does-not-fit"]}
    assert sources([placement]) == "the editors' choice"


@pytest.mark.parametrize("moment", MomentType)
@pytest.mark.parametrize("team", ["Italy", None])
def test_every_moment_has_words(moment: MomentType, team: str | None) -> None:
    sentence = occasion(shown(moment=moment.value, team=team))
    assert sentence == PHRASES[moment].format(team=team or "a team")
    assert "_" not in sentence
    # AND they are its own
    assert list(PHRASES.values()).count(PHRASES[moment]) == 1


def test_every_rung_has_words() -> None:
    assert set(SOURCES) == set(Rung)
