"""When to post which signals of a match."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from domain.detection.engine import MatchEngine
from domain.moment import BACKGROUND
from domain.signal import Signal

LONGEST_PAUSE_SECONDS = 60.0
"""Longer breaks, such as half-time, are cut to this."""
TICK_SECONDS = 0.1


Pace = Callable[[datetime], float]
"""How many times faster than real time a replay is, by programme time."""


def constant(speed: float) -> Pace:
    """Return a pace that is always the same."""
    return lambda _: speed


def timed_batches(signals: Sequence[Signal], pace: Pace) -> Iterator[tuple[float, list[Signal]]]:
    """Yield batches of signals, each with the wall-clock seconds after the start at which it is due."""
    due, batch, batch_due = 0.0, [signals[0]] if signals else [], 0.0
    for before, signal in pairwise(signals):
        gap = (signal.occurred_at - before.occurred_at).total_seconds()
        due += min(max(gap, 0.0), LONGEST_PAUSE_SECONDS) / pace(before.occurred_at)
        if due - batch_due >= TICK_SECONDS:
            yield batch_due, batch
            batch, batch_due = [], due
        batch.append(signal)
    if batch:
        yield batch_due, batch


def moment_batches(signals: Sequence[Signal]) -> Iterator[list[Signal]]:
    """Yield batches that each end with a signal that changes the screen, by the default rules."""
    engine = MatchEngine(signals[0].match_id) if signals else None
    batch: list[Signal] = []
    for signal in signals:
        batch.append(signal)
        moments = engine.observe(signal).moments if engine is not None else ()
        if any(not moment.details.get(BACKGROUND) for moment in moments):
            yield batch
            batch = []
    if batch:
        yield batch
