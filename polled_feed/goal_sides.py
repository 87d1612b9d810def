"""The side that gains by an own goal, where the document gives the score after each goal."""

from domain.match import Score, Side


def gaining_side(before: Score, after: Score | None, named: Side) -> Side:
    """Return the side whose score grew; without a usable score the side that the entry names."""
    if after is None:
        return named
    grew = [side for side in Side if after.of(side) > before.of(side)]
    return grew[0] if len(grew) == 1 else named
