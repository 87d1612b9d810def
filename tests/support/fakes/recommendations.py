"""A scripted recommender, with its cache, its budget and the log of its decisions."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.interaction import MAX_RECOMMENDATION_ID_LENGTH
from domain.preparation_task import PreparationTask
from domain.recommendation import Recommendation, Refusal


class ScriptedRecommender:
    """Returns the same ranking for every user, or a refusal."""

    def __init__(self, *ranking: str) -> None:
        self.ranking = ranking
        self.refusal: Refusal | None = None
        self.asked: list[str] = []
        self.columns: list[Mapping[str, str]] = []
        self._lock = threading.Lock()

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        with self._lock:
            self.asked.append(user_id)
            self.columns.append(columns)
        if self.refusal:
            return self.refusal
        return self.ranking[:count], f"recommendation-of-{user_id}"[:MAX_RECOMMENDATION_ID_LENGTH]


class InMemoryRecommendationCache:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], Recommendation | None] = {}
        self._lock = threading.Lock()

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        keys = {owner: (match_id, cell, owner) for owner in owners}
        return {owner: self.rows[key] for owner, key in keys.items() if key in self.rows}

    def stored_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation]:
        known = self.find_recommendations(match_id, cell, owners, now)
        return {owner: answer for owner, answer in known.items() if answer is not None}

    def claim_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime, *, limit: int
    ) -> Sequence[str]:
        with self._lock:
            free = [owner for owner in owners if (match_id, cell, owner) not in self.rows][:limit]
            self.rows |= {(match_id, cell, owner): None for owner in free}
            return free

    def store_recommendations(
        self,
        match_id: str,
        cell: str,
        recommendations: Mapping[str, Recommendation],
        now: datetime,
        *,
        kept_for: timedelta,
    ) -> None:
        self.rows |= {(match_id, cell, owner): answer for owner, answer in recommendations.items()}

    def release_claims(self, match_id: str, cell: str, owners: Sequence[str]) -> None:
        for owner in owners:
            self.rows.pop((match_id, cell, owner), None)


class FixedBudget:
    """A fixed number of tokens."""

    def __init__(self, left: int = 1_000_000) -> None:
        self.left = left

    def take_token(self, now: datetime) -> bool:
        return self.take_tokens(1, now) == 1

    def take_tokens(self, wanted: int, now: datetime) -> int:
        taken = max(0, min(wanted, self.left))
        self.left -= taken
        return taken


@dataclass
class InMemoryDecisionLog:
    decisions: list[Mapping[str, Any]] = field(default_factory=list)

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        self.decisions += decisions


class InMemoryPreparationQueue:
    def __init__(self) -> None:
        self.tasks: list[PreparationTask] = []

    def send_preparation(self, task: PreparationTask) -> None:
        self.tasks.append(task)
