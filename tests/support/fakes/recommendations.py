"""A scripted recommender, with its cache, its budget and the log of its decisions."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

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
        return self.ranking[:count], f"recommendation-of-{user_id}"


class InMemoryRecommendationCache:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], Recommendation | None] = {}
        self._lock = threading.Lock()

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        keys = {owner: (match_id, cell, owner) for owner in owners}
        return {owner: self.rows[key] for owner, key in keys.items() if key in self.rows}

    def claim_recommendation(self, match_id: str, cell: str, owner: str, now: datetime) -> bool:
        with self._lock:
            key = (match_id, cell, owner)
            is_ours = key not in self.rows
            self.rows.setdefault(key, None)
            return is_ours

    def store_recommendation(
        self,
        match_id: str,
        cell: str,
        owner: str,
        recommendation: Recommendation,
        now: datetime,
        *,
        kept_for: timedelta,
    ) -> None:
        self.rows[match_id, cell, owner] = recommendation

    def release_claim(self, match_id: str, cell: str, owner: str) -> None:
        self.rows.pop((match_id, cell, owner), None)


class FixedBudget:
    """A fixed number of tokens."""

    def __init__(self, left: int = 1_000_000) -> None:
        self.left = left

    def take_token(self, now: datetime) -> bool:
        self.left -= 1
        return self.left >= 0


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
