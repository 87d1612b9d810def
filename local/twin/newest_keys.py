"""The newest keys of a kind, for what must be recognised when it comes again soon."""

from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class NewestKeys(Generic[K]):
    """A set that forgets its oldest keys beyond a number of them; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._keys: dict[K, None] = {}
        self._lock = Lock()

    def add(self, key: K) -> bool:
        """Add a key, and return True if it is new."""
        with self._lock:
            if key in self._keys:
                return False
            self._keys[key] = None
            if len(self._keys) > self._most:
                del self._keys[next(iter(self._keys))]
            return True

    def update(self, keys: Iterable[K]) -> None:
        """Add keys."""
        for key in keys:
            self.add(key)

    def remove_if(self, condition: Callable[[K], bool]) -> None:
        """Remove the keys that meet a condition."""
        with self._lock:
            self._keys = {key: None for key in self._keys if not condition(key)}

    def __contains__(self, key: object) -> bool:
        """True if the key is one of the newest."""
        return key in self._keys

    def __len__(self) -> int:
        """Return how many keys are kept."""
        return len(self._keys)
