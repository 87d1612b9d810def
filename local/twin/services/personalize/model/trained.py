"""Trained models: score the items for a user in a context."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol

import numpy as np
from scipy.special import expit

from local.twin.newest_keys import NewestKeys
from local.twin.services.personalize.data.group_data import StreamedEvent
from local.twin.services.personalize.model.contextual import ContextualWeights
from local.twin.services.personalize.model.examples import Floats
from local.twin.services.personalize.model.profiles import Profiles
from local.twin.services.personalize.model.vocabulary import Situation, context_of, traits_of

MAX_REMEMBERED = 100_000
"""How many items shown to users are remembered, so that each counts once for a recommendation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One score per item, in the order of `items`; higher is better."""

    items: Sequence[str]
    values: Floats


class TrainedModel(Protocol):
    """The model of a solution version, as a campaign uses it."""

    def score(
        self, user_id: str | None, traits: Mapping[str, Any] | None, context: Mapping[str, str] | None
    ) -> Scores:
        """Return a score for every item."""

    def shown_counts(self) -> Floats:
        """Return how often each item was shown in training, in the order of the scores."""

    def add_item(self, item_id: str, fields: Mapping[str, Any]) -> None:
        """Add an item that was not in the training data."""

    def observe(self, event: StreamedEvent, weight: float, traits: Mapping[str, Any] | None) -> None:
        """Learn from a streamed event."""

    def forget_users(self, user_ids: Collection[str]) -> None:
        """Forget what was learned about users."""


class PopularityModel:
    """Scores items by their number of engagements, for all users alike."""

    def __init__(self, items: Sequence[str], engaged: Floats, shown: Floats) -> None:
        self._scores = Scores(items=items, values=engaged)
        self._shown = shown

    def score(
        self,
        user_id: str | None,  # noqa: ARG002
        traits: Mapping[str, Any] | None,  # noqa: ARG002
        context: Mapping[str, str] | None,  # noqa: ARG002
    ) -> Scores:
        """Return the number of engagements of each item."""
        return self._scores

    def shown_counts(self) -> Floats:
        """Return how often each item was shown."""
        return self._shown

    def add_item(self, item_id: str, fields: Mapping[str, Any]) -> None:
        """Do nothing: counts change with the next training only."""

    def observe(self, event: StreamedEvent, weight: float, traits: Mapping[str, Any] | None) -> None:
        """Do nothing: counts change with the next training only."""

    def forget_users(self, user_ids: Collection[str]) -> None:
        """Do nothing: the counts name no users."""


class ContextualModel:
    """The contextual model, adjusted by user profiles; it caches the scores of situations."""

    def __init__(
        self,
        *,
        items: Sequence[str],
        weights: ContextualWeights,
        profiles: Profiles,
        shown: Floats,
        fields: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._items = list(items)
        self._index = {item: at for at, item in enumerate(self._items)}
        self._weights = weights
        self._profiles = profiles
        self._shown = shown
        self._rows = np.stack([weights.item_row(item, fields.get(item, {})) for item in self._items])
        self._trained = len(self._items)
        self._shown_items = NewestKeys[tuple[str, str, int]](MAX_REMEMBERED)
        self._lock = Lock()
        self._situation = lru_cache(maxsize=50_000)(self._score_situation)

    def score(
        self, user_id: str | None, traits: Mapping[str, Any] | None, context: Mapping[str, str] | None
    ) -> Scores:
        """Return the log-odds of engagement: those of the situation, adjusted by the user's profile."""
        vocabulary = self._weights.situations
        values = self._situation(
            context_of(context, vocabulary.context_columns), traits_of(traits, vocabulary.trait_columns)
        )
        shift = self._profiles.shift(user_id) if user_id else None
        if shift is not None:
            values = values.copy()
            values[: len(shift)] += shift
        return Scores(items=self._items, values=values)

    def shown_counts(self) -> Floats:
        """Return how often each item was shown in training; zero for later items."""
        return self._shown

    def add_item(self, item_id: str, fields: Mapping[str, Any]) -> None:
        """Add a later item, scored by its categories until the next training."""
        with self._lock:
            if item_id in self._index:
                return
            row = self._weights.item_row(item_id, fields)
            self._rows = np.vstack([self._rows, row])
            self._shown = np.append(self._shown, 0.0)
            self._index[item_id] = len(self._items)
            self._items = [*self._items, item_id]
            self._situation.cache_clear()

    def observe(self, event: StreamedEvent, weight: float, traits: Mapping[str, Any] | None) -> None:
        """Update the user's profile; each item counts as shown once per recommendation."""
        shown = [item for item in (*event.impression, event.item_id) if item in self._index]
        recommendation = str(event.row.get("RECOMMENDATION_ID") or event.row["TIMESTAMP"])
        columns = self._weights.situations.context_columns
        context = {name: str(event.row[name]) for name in columns if event.row.get(name) is not None}
        scores = self.score(None, traits, context).values
        first = {
            self._index[item]
            for item in shown
            if item is not None
            and self._index[item] < self._trained
            and self._shown_items.add((event.user_id, recommendation, self._index[item]))
        }
        at = self._index.get(event.item_id or "")
        self._profiles.observe(
            event.user_id,
            engaged={at: weight} if weight and at is not None and at < self._trained else {},
            expected={item: float(expit(scores[item])) for item in first},
        )

    def forget_users(self, user_ids: Collection[str]) -> None:
        """Forget the users' profiles and what they were shown."""
        self._profiles.forget(user_ids)
        self._shown_items.remove_if(lambda key: key[0] in user_ids)

    def _score_situation(self, context: Situation, traits: Situation) -> Floats:
        tokens = self._weights.situations.encode(context, traits)
        values: Floats = self._rows[:, tokens].sum(axis=1) + self._weights.intercept
        return values
