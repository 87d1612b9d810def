"""Since when schedules exist, as far as the twin knows: the times of a rate count from then."""

from collections.abc import Iterable
from datetime import datetime


class FirstSeen:
    """When each schedule was seen first, until it does not exist any more."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}

    def note(self, keys: Iterable[str], now: datetime) -> None:
        """Note the schedules that exist now, and forget the others."""
        self._at = {key: self._at.get(key, now) for key in keys}

    def since(self, key: str) -> datetime:
        """Return when a schedule that exists was seen first."""
        return self._at[key]

    def __len__(self) -> int:
        """Return how many schedules are known."""
        return len(self._at)
