"""The app's choice for its own viewer is the one that the server would make."""

import json

from hypothesis import given
from hypothesis import strategies as st

from domain.candidate_choice import components_message
from domain.choice import Exposure
from domain.validation import Reader
from tests.support.choice_cases import FILE, LISTS, random_case, text


def test_the_cases_of_the_sdk_are_those_of_the_domain() -> None:
    # `python -m tests.support.choice_cases` writes the file.
    assert FILE.read_text(encoding="utf-8") == text()


def test_every_case_is_chosen_as_the_server_does() -> None:
    for case in json.loads(FILE.read_text(encoding="utf-8")):
        sights = {
            name: Exposure(count=seen["count"], last_at=Reader(seen).instant("lastAt"))
            for name, seen in case["sights"].items()
        }
        chosen = components_message(case["message"], sights)
        assert {name: chosen[name] for name in LISTS} == case["expected"], case["name"]


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 3))
def test_both_modes_place_the_same_for_any_catalogue_rules_and_sights(
    seed: int, components: int, of_each_kind: int
) -> None:
    case = random_case(seed, components=components, of_each_kind=of_each_kind)
    modes = case.modes()
    by_server = modes.on_connections(case.viewer, case.exposures, by_name=case.by_name)
    assert modes.on_channel(case.viewer, case.exposures, named_as=case.named_as) == by_server
