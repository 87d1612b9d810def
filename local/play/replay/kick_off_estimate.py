"""Estimate when a match kicked off from the posts about it, for a feed without a date."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from domain.match_event import MatchEventType
from domain.signal import Signal

REACTION_SECONDS = 120
STEP_SECONDS = 10


def estimate_kick_off(signals: Sequence[Signal], posts: Sequence[Signal]) -> datetime:
    """Return the kick-off for which posts rise most after the goals; without goals, the first post's time.

    `signals` are the feed's, with any kick-off. Both sequences are in time order and not empty.
    """
    first, last = posts[0].occurred_at, posts[-1].occurred_at
    start = signals[0].occurred_at
    goals = [
        (signal.occurred_at - start).total_seconds()
        for signal in signals
        if signal.match_event is not None and signal.match_event.type is MatchEventType.GOAL
    ]
    if not goals:
        return first
    times = [(signal.occurred_at - first).total_seconds() for signal in posts]
    totals = [0, *accumulate(signal.posts.count if signal.posts else 0 for signal in posts)]

    def count(begin: float, end: float) -> int:
        return totals[bisect_left(times, end)] - totals[bisect_left(times, begin)]

    def rise(kick_off: float) -> float:
        return sum(
            math.log1p(count(kick_off + goal, kick_off + goal + REACTION_SECONDS))
            - math.log1p(count(kick_off + goal - REACTION_SECONDS, kick_off + goal))
            for goal in goals
        )

    latest = int((last - first).total_seconds() - goals[-1] - REACTION_SECONDS)
    best = max(range(0, max(latest, 1), STEP_SECONDS), key=rise)
    return first + timedelta(seconds=best)
