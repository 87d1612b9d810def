"""The pace of the demo: slow enough to follow around each moment, fast in between."""

from bisect import bisect
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.signal import Signal
from local.play.replay.pacing import Pace, moment_batches

BEFORE = timedelta(seconds=20)
AFTER = timedelta(seconds=60)
FAST_FORWARD = 300.0


def highlights(signals: Sequence[Signal], speed: float) -> Pace:
    """Return a pace of `speed` around each signal that changes the screen, and fast forward elsewhere."""
    windows = _windows([batch[-1].occurred_at for batch in moment_batches(signals)])
    starts = [start for start, _ in windows]

    def pace(at: datetime) -> float:
        number = bisect(starts, at) - 1
        return speed if number >= 0 and at < windows[number][1] else max(speed, FAST_FORWARD)

    return pace


def _windows(moments: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Return the times around moments, joined where they overlap."""
    windows: list[tuple[datetime, datetime]] = []
    for at in sorted(moments):
        start, end = at - BEFORE, at + AFTER
        if windows and start <= windows[-1][1]:
            start, _ = windows.pop()
        windows.append((start, end))
    return windows
