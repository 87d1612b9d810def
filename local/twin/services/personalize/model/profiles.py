"""User profiles: a user's engagements in relation to those that the contextual model expects, by item.

Gamma-Poisson shrinkage: with few observations the ratio stays near one, so that a new user is served by
context and traits, and every event takes effect at once.
"""

from collections.abc import Iterable
from threading import Lock

import numpy as np
from scipy import sparse

from local.twin.services.personalize.model.examples import Floats, Ints

ITEM_PRIOR = 3.0
KIND_PRIOR = 4.0


class Profiles:
    """Engagements and expected engagements per user and item, from training and from events."""

    def __init__(
        self, users: list[str], kinds: Ints, *, user: Ints, item: Ints, engaged: Floats, expected: Floats
    ) -> None:
        shape = (len(users), len(kinds))
        self._index = {name: at for at, name in enumerate(users)}
        self._engaged = sparse.csr_matrix((engaged, (user, item)), shape=shape)
        self._expected = sparse.csr_matrix((expected, (user, item)), shape=shape)
        self._kinds = kinds
        self._live: dict[str, tuple[Floats, Floats]] = {}
        self._lock = Lock()

    def shift(self, user_id: str) -> Floats | None:
        """Return what to add to the log-odds of each item for this user; None for a new user."""
        with self._lock:
            engaged, expected = self._live.get(user_id) or self._learned(user_id) or (None, None)
            if engaged is None or expected is None:
                return None
            kinds = int(self._kinds.max()) + 1
            kind_engaged = np.bincount(self._kinds, weights=engaged, minlength=kinds)
            kind_expected = np.bincount(self._kinds, weights=expected, minlength=kinds)
            by_kind = (kind_engaged + KIND_PRIOR) / (kind_expected + KIND_PRIOR)
            by_item = (engaged + ITEM_PRIOR) / (expected * by_kind[self._kinds] + ITEM_PRIOR)
            shift: Floats = np.log(by_kind[self._kinds]) + np.log(by_item)
            return shift

    def observe(self, user_id: str, *, engaged: dict[int, float], expected: dict[int, float]) -> None:
        """Add engagements and expected engagements, by item."""
        with self._lock:
            live = self._live.get(user_id)
            if live is None:
                size = len(self._kinds)
                live = self._learned(user_id) or (np.zeros(size), np.zeros(size))
                self._live[user_id] = live
            for item, weight in engaged.items():
                live[0][item] += weight
            for item, weight in expected.items():
                live[1][item] += weight

    def forget(self, user_ids: Iterable[str]) -> None:
        """Forget users; they are new users from now on."""
        with self._lock:
            for user_id in user_ids:
                self._live.pop(user_id, None)
                self._index.pop(user_id, None)

    def _learned(self, user_id: str) -> tuple[Floats, Floats] | None:
        row = self._index.get(user_id)
        if row is None:
            return None
        return _dense_row(self._engaged, row), _dense_row(self._expected, row)


def _dense_row(matrix: sparse.csr_matrix, row: int) -> Floats:
    """Return one row as an array; faster than scipy's indexing, whose checks cost more than the copy."""
    entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
    dense: Floats = np.zeros(matrix.shape[1])
    dense[matrix.indices[entries]] = matrix.data[entries]
    return dense
