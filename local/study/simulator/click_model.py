"""The hidden preferences of simulated viewers: what their clicks depend on, for a recommender to learn."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from domain.cohort import ViewerTraits

BASE_PROBABILITY, PREFERRED_PROBABILITY = 0.04, 0.35
_ONE_IN = 3


def click_chance(viewer: ViewerTraits, placement: Mapping[str, Any]) -> float:
    """Return the probability of a click on a placement in any moment."""
    return click_probability(viewer.cohort.key, str(placement.get("type")), "any")


def click_probability(cohort_key: str, component_type: str, match_event: str) -> float:
    """Return the probability of a click: a cohort prefers some types always and others in some moments."""
    preferred = _is_drawn(cohort_key, component_type) or _is_drawn(cohort_key, component_type, match_event)
    return PREFERRED_PROBABILITY if preferred else BASE_PROBABILITY


def _is_drawn(*words: str) -> bool:
    return crc32("/".join(words).encode()) % _ONE_IN == 0
