"""The index leaves out no constraint that could refuse a component."""

from dataclasses import replace

from domain.choice import refusal
from domain.constraint import Constraint
from domain.indexed_constraints import IndexedConstraints
from tests.support import builders

ADVERTS = Constraint.from_dict(
    {"id": "consent", "kind": "consent", "selector": {"categories": ["advert"]}, "consent": "advertising"}
)
APART = Constraint.from_dict(
    {
        "id": "apart",
        "kind": "slot_conflict",
        "selector": {"categories": ["betting"]},
        "other": {"categories": ["advert"]},
    }
)
QUIZ = Constraint.from_dict(
    {"id": "quiz", "kind": "jurisdiction", "selector": {"types": ["quiz"]}, "countries": ["IT"]}
)
INDEXED = IndexedConstraints((QUIZ, APART, ADVERTS))
BET = builders.a_component("bet", categories=frozenset({"betting"}))
COLA = builders.a_component("cola", categories=frozenset({"advert"}))


def test_a_component_has_the_constraints_about_it_in_their_order() -> None:
    assert list(INDEXED.about(COLA)) == [APART, ADVERTS]


def test_a_slot_conflict_is_about_both_sides() -> None:
    assert list(INDEXED.about(BET)) == [APART]
    viewer = builders.a_viewer()
    assert refusal(BET, INDEXED, viewer, None, [COLA]) == "apart"
    assert (
        refusal(COLA, INDEXED, replace(viewer, consents=frozenset({"advertising"})), None, [BET]) == "apart"
    )


def test_a_new_edition_of_a_component_is_looked_up_again() -> None:
    # GIVEN a component that a constraint was not about
    assert list(INDEXED.about(BET)) == [APART]
    # WHEN its next edition is an advert THEN the constraint refuses it
    edition = replace(BET, categories=frozenset({"advert"}))
    assert list(INDEXED.about(edition)) == [APART, ADVERTS]
    assert (
        refusal(edition, INDEXED, replace(builders.a_viewer(), consents=frozenset()), None, ()) == "consent"
    )


def test_an_index_is_kept() -> None:
    assert IndexedConstraints.of(INDEXED) is INDEXED
    assert list(IndexedConstraints.of([QUIZ])) == [QUIZ]
