"""When to speak, and when to be quiet again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.validation import format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """Raised at `raise_at`; ready again below `clear_below`, and no sooner than `cool_down_seconds` later."""

    raise_at: float
    clear_below: float
    cool_down_seconds: float


class Alarm:
    """Hysteresis and cool-down over a level that is told in time order."""

    def __init__(self, rule: AlarmRule) -> None:
        self._rule = rule
        self._raised_at: datetime | None = None
        self._ready = True

    def observe(self, at: datetime, level: float) -> bool:
        """Whether the level raises the alarm now."""
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
        """JSON-safe form for a checkpoint."""
        return {"raised_at": self._raised_at and format_instant(self._raised_at), "ready": self._ready}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        raised_at = state["raised_at"]
        self._raised_at = datetime.fromisoformat(raised_at) if raised_at else None
        self._ready = state["ready"]
