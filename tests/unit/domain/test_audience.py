"""An audience's channel and its form in a task."""

import json
from dataclasses import replace
from typing import Any

import pytest

from domain.audience import Audience, CountedAudience
from domain.channel import audience_address, named_address
from domain.cohort import Cohort
from domain.errors import InvalidFieldError
from tests.support import builders

ITALIANS = Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="premium")
GROUP = Audience(cohort=ITALIANS, consents=frozenset({"betting", "adverts"}), holdout=True)


def test_an_audience_has_the_address_of_its_cohort_consents_and_side_of_the_experiment() -> None:
    expected = audience_address("m", cohort_key=ITALIANS.key, consents=GROUP.consents, holdout=True)
    assert GROUP.address("m") == expected
    assert GROUP.address("n") != expected


def test_a_named_viewer_has_an_address_of_their_own() -> None:
    viewer = builders.a_viewer(7)
    address = Audience.of_one(viewer).address("m")
    assert address == named_address("m", "viewer-7", cohort_key=viewer.cohort.key, consents=())
    assert address != Audience.of_one(builders.a_viewer(8)).address("m")


@pytest.mark.parametrize(
    "changes",
    [
        {"consents": frozenset({"betting"})},
        {"cohort": builders.a_viewer(age_band="13-17").cohort},
        {"cohort": ITALIANS},
    ],
)
def test_a_named_viewer_with_other_traits_has_another_address(changes: dict[str, Any]) -> None:
    viewer = builders.a_viewer(7, team="Turkey")
    changed = Audience.of_one(replace(viewer, **changes))
    assert changed.address("m") != Audience.of_one(viewer).address("m")


def test_the_traits_of_a_named_viewer_are_theirs() -> None:
    viewer = builders.a_viewer(7, consents=frozenset({"betting"}))
    assert Audience.of_one(viewer).traits == viewer


def test_consents_that_no_rule_asks_for_are_dropped() -> None:
    assert GROUP.with_consents_in({"betting", "tracking"}).consents == {"betting"}
    assert GROUP.with_consents_in({"betting"}).holdout


@pytest.mark.parametrize("audience", [GROUP, Audience.of_one(builders.a_viewer(3))])
def test_an_audience_survives_a_task(audience: Audience) -> None:
    counted = CountedAudience(audience=audience, viewers=16)
    assert CountedAudience.from_dict(json.loads(json.dumps(counted.to_dict()))) == counted


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cohort": "Italy|IT"}, "audiences[0].cohort"),
        ({"consents": "betting"}, "audiences[0].consents"),
        ({"holdout": "no"}, "audiences[0].holdout"),
        ({"viewer_id": 3}, "audiences[0].viewer_id"),
        ({"viewers": -1}, "audiences[0].viewers"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], field: str) -> None:
    value = {**CountedAudience(audience=GROUP, viewers=1).to_dict(), **changes}
    with pytest.raises(InvalidFieldError) as raised:
        CountedAudience.from_dict(value, "audiences[0]")
    assert raised.value.field == field
