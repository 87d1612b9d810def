"""Rotation of calm screens: each lull in a match shows other good components than the one before."""

from collections.abc import Callable, Sequence

from domain.component import Component, Slot
from domain.moment import Moment
from domain.salience import SALIENCE

CALM = "none"
"""The word, in the column MATCH_EVENT, of a context in which nothing has happened."""
LULL_NUMBER = "number"
"""The key in a lull's details that counts the lulls of a match from 1."""
ROTATED_PER_SLOT = 3
"""How many components of a slot take turns: the best ones that may be shown."""


def rotation_of(headline: Moment | None) -> int:
    """Return how far calm screens are rotated under this headline; 0 if it is not a numbered lull."""
    if headline is None or SALIENCE[headline.type].word != CALM:
        return 0
    number = headline.details.get(LULL_NUMBER)
    return number if isinstance(number, int) and number > 0 else 0


def rotate(
    ranked: Sequence[Component], by: int, may_be_shown: Callable[[Component], bool]
) -> list[Component]:
    """Return the ranking with the best components of each slot moved up by `by` places, in turn.

    Only components that may be shown take turns, so two rotations in a row differ wherever a slot has two.
    """
    places: dict[Slot, list[int]] = {}
    for place, component in enumerate(ranked):
        turns = places.setdefault(component.slot, [])
        if len(turns) < ROTATED_PER_SLOT and may_be_shown(component):
            turns.append(place)
    rotated = list(ranked)
    for turns in places.values():
        for place, turn in enumerate(turns):
            rotated[turn] = ranked[turns[(place + by) % len(turns)]]
    return rotated
