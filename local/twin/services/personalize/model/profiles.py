"""What a user does beyond what the situation explains: engagements against expected engagements, per item.

A gamma-Poisson shrinkage: with little seen the ratio stays near one, so a new user is served by context and
traits alone, and every event moves it at once.
"""

from threading import Lock

import numpy as np
from scipy import sparse

from local.twin.services.personalize.model.examples import Floats, Ints

ITEM_PRIOR = 3.0
KIND_PRIOR = 4.0


class Profiles:
    """Engagements and expected engagements per user and item, from training and from the stream."""

    def __init__(
        self, users: list[str], kinds: Ints, *, user: Ints, item: Ints, taken: Floats, expected: Floats
    ) -> None:
        shape = (len(users), len(kinds))
        self._index = {name: at for at, name in enumerate(users)}
        self._taken = sparse.csr_matrix((taken, (user, item)), shape=shape)
        self._expected = sparse.csr_matrix((expected, (user, item)), shape=shape)
        self._kinds = kinds
        self._live: dict[str, tuple[Floats, Floats]] = {}
        self._lock = Lock()

    def shift(self, user_id: str) -> Floats | None:
        """By how much the user's log-odds of each item differ from the situation's; None for a new user."""
        with self._lock:
            taken, expected = self._live.get(user_id) or self._learned(user_id) or (None, None)
            if taken is None or expected is None:
                return None
            kinds = int(self._kinds.max()) + 1
            kind_taken = np.bincount(self._kinds, weights=taken, minlength=kinds)
            kind_expected = np.bincount(self._kinds, weights=expected, minlength=kinds)
            by_kind = (kind_taken + KIND_PRIOR) / (kind_expected + KIND_PRIOR)
            by_item = (taken + ITEM_PRIOR) / (expected * by_kind[self._kinds] + ITEM_PRIOR)
            shift: Floats = np.log(by_kind[self._kinds]) + np.log(by_item)
            return shift

    def observe(self, user_id: str, *, taken: dict[int, float], expected: dict[int, float]) -> None:
        """Count what was shown and what was taken, by item."""
        with self._lock:
            live = self._live.get(user_id)
            if live is None:
                size = len(self._kinds)
                live = self._learned(user_id) or (np.zeros(size), np.zeros(size))
                self._live[user_id] = live
            for item, weight in taken.items():
                live[0][item] += weight
            for item, weight in expected.items():
                live[1][item] += weight

    def _learned(self, user_id: str) -> tuple[Floats, Floats] | None:
        row = self._index.get(user_id)
        if row is None:
            return None
        return _dense_row(self._taken, row), _dense_row(self._expected, row)


def _dense_row(matrix: sparse.csr_matrix, row: int) -> Floats:
    """One row as an array, without the checks of scipy's own indexing, which cost more than the copy."""
    entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
    dense: Floats = np.zeros(matrix.shape[1])
    dense[matrix.indices[entries]] = matrix.data[entries]
    return dense
