"""An alarm with hysteresis and a cool-down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.validation import format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """Raise at `raise_at`; rearm below `clear_below`, and at the earliest after `cool_down_seconds`."""

    raise_at: float
    clear_below: float
    cool_down_seconds: float


class Alarm:
    """Raises an alarm on a level that is observed in time order."""

    def __init__(self, rule: AlarmRule) -> None:
        self._rule = rule
        self._raised_at: datetime | None = None
        self._ready = True

    def observe(self, at: datetime, level: float) -> bool:
        """True if the level raises the alarm now."""
        cooled = self._raised_at is None or at - self._raised_at >= timedelta(
            seconds=self._rule.cool_down_seconds
        )
        if level < self._rule.clear_below:
            self._ready = True
        if not (self._ready and cooled and level >= self._rule.raise_at):
            return False
        self._raised_at, self._ready = at, False
        return True

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe."""
        return {"raised_at": self._raised_at and format_instant(self._raised_at), "ready": self._ready}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        raised_at = state["raised_at"]
        self._raised_at = datetime.fromisoformat(raised_at) if raised_at else None
        self._ready = state["ready"]
