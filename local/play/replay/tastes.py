"""The hidden tastes of simulated viewers: what their clicks follow, and what a recommender has to learn."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from domain.cohort import ViewerTraits

USUAL, KEEN = 0.04, 0.35
_LIKED_IN_THREE = 3


def taste(viewer: ViewerTraits, placement: Mapping[str, Any]) -> float:
    """The chance of a click on a placement of a message, whatever the moment."""
    return click_probability(viewer.cohort.key, str(placement.get("type")), "any")


def click_probability(cohort_key: str, component_type: str, match_event: str) -> float:
    """The chance of a click: a cohort is always keen on some types, and on others in certain moments."""
    keen = _drawn(cohort_key, component_type) or _drawn(cohort_key, component_type, match_event)
    return KEEN if keen else USUAL


def _drawn(*words: str) -> bool:
    return crc32("/".join(words).encode()) % _LIKED_IN_THREE == 0
