"""What is left for apps to choose from."""

from typing import Any

from domain.candidates import Candidates, find_candidates
from domain.component import Component, Slot
from domain.constraint import Constraint, read_published
from tests.support import builders


def panel(number: int) -> Component:
    return builders.a_component(f"panel-{number}", Slot.SIDE_PANEL)


def rule(rule_id: str, kind: str, *selected: str, **fields: Any) -> Constraint:
    selector = {"component_ids": list(selected)}
    return read_published({"id": rule_id, "kind": kind, "selector": selector, **fields})


def found(
    ranked: list[Component], *rules: Constraint, refused: dict[str, str] | None = None, free: int = 3
) -> Candidates:
    reasons = refused or {}
    return find_candidates(ranked, lambda each: reasons.get(each.id), rules, free_per_slot=free)


def names(candidates: Candidates) -> list[str]:
    return [each.component.id for each in candidates.listed]


def test_what_is_refused_for_all_is_no_candidate_and_its_rule_is_named_once() -> None:
    refused = {"panel-0": "gate", "panel-1": "gate", "panel-2": "land", "poll": "gate"}
    ranked = [panel(0), builders.a_component("poll"), panel(1), panel(2), panel(3), panel(4)]
    candidates = found(ranked, refused=refused)
    assert names(candidates) == ["panel-3", "panel-4"]
    assert [each.above for each in candidates.listed] == [("gate", "land"), ()]


def test_a_slot_ends_with_the_last_candidate_that_it_can_need() -> None:
    cap = rule("cap", "frequency_cap", "panel-1", maximum=1)
    assert names(found([panel(number) for number in range(6)], cap)) == [
        "panel-0",
        "panel-1",
        "panel-2",
        "panel-3",
    ]


def test_a_slot_in_which_everything_is_limited_keeps_all() -> None:
    ids = [f"panel-{number}" for number in range(6)]
    cap = rule("cap", "frequency_cap", *ids, maximum=1)
    assert names(found([panel(number) for number in range(6)], cap)) == ids


def test_limits_are_in_the_order_of_the_rules() -> None:
    rest, cap = (
        rule("rest", "cool_down", "panel-0", seconds=9),
        rule("cap", "frequency_cap", "panel-0", maximum=1),
    )
    (candidate,) = found([panel(0)], rest, cap).listed
    assert [each.id for each in candidate.limits] == ["rest", "cap"]


def test_conflicts_are_pairs_of_different_slots_with_their_first_rule() -> None:
    ranked = [panel(0), builders.a_component("poll"), panel(1)]
    other = {"component_ids": ["poll", "panel-1"]}
    rules = [
        rule("first", "slot_conflict", "panel-0", other=other),
        rule("second", "slot_conflict", "poll", other={"component_ids": ["panel-0", "panel-1"]}),
    ]
    assert found(ranked, *rules).conflicts == ((0, 1, "first"), (1, 2, "second"))


def test_conflicts_name_the_candidates_that_are_left() -> None:
    # GIVEN a conflict with a component behind those that the slot can need
    ranked = [panel(0), panel(1), builders.a_component("poll"), panel(2)]
    apart = rule("apart", "slot_conflict", "poll", other={"component_ids": ["panel-2"]})
    candidates = found(ranked, apart, free=2)
    assert names(candidates) == ["panel-0", "panel-1", "poll"]
    assert candidates.conflicts == ()
