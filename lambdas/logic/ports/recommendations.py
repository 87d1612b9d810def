"""The campaign, its transaction rate, and recommendations that are shared or prepared."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.preparation_task import PreparationTask
from domain.recommendation import Recommendation, Refusal


class Recommender(Protocol):
    """The Personalize campaign."""

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        """Return component ids, best first, with the recommendation's id; or why there are none."""


class RecommendationCache(Protocol):
    """Recommendations that all shards of a match share; one worker at a time claims each.

    An `owner` is a cohort by its key, or a viewer.
    """

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        """Return the recommendations found by owner; None for one that another worker has claimed."""

    def stored_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation]:
        """Return the recommendations that are stored, by owner."""

    def claim_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime, *, limit: int
    ) -> Sequence[str]:
        """Claim some of the owners; this worker must call the campaign for those returned.

        None are returned if the cache could claim none. Others than the first may be left for another call.
        """

    def store_recommendations(
        self,
        match_id: str,
        cell: str,
        recommendations: Mapping[str, Recommendation],
        now: datetime,
        *,
        kept_for: timedelta,
    ) -> None:
        """Store recommendations by owner, for the other shards and for later versions."""

    def release_claims(self, match_id: str, cell: str, owners: Sequence[str]) -> None:
        """Release claims that were made together and have no recommendation."""


class RateBudget(Protocol):
    """The campaign's transactions per second, shared by all execution environments."""

    def take_token(self, now: datetime) -> bool:
        """Take one transaction of this second; False if none is left."""

    def take_tokens(self, wanted: int, now: datetime) -> int:
        """Take as many transactions of this second as are left, at most `wanted`."""


class PreparationQueue(Protocol):
    """The queue of rankings to prepare."""

    def send_preparation(self, task: PreparationTask) -> None:
        """Add a task, best effort: a loss does not raise."""
