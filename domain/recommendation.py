"""The recommender's answer: a ranking, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum

from domain.placement import Rung


class Refusal(StrEnum):
    """Why the recommender gave no ranking; the ladder handles each."""

    THROTTLED = "throttled"
    MISSING = "missing"
    INVALID = "invalid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """Components in order of preference, and the rung of the ladder that ranked them."""

    component_ids: tuple[str, ...]
    rung: Rung
    recommendation_id: str | None = None


KEEP_WHAT_IS_SHOWN = Recommendation(component_ids=(), rung=Rung.KEEP)


VIEWER_OWNER = "viewer:"


def viewer_owner(viewer_id: str) -> str:
    """Return the owner of a viewer's own recommendation; that of a cohort's is its key."""
    return VIEWER_OWNER + viewer_id
