"""The located entries of one match, by period and step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.match import Side
from domain.match_event import SHOOT_OUT_PERIOD, MatchEvent, MatchEventType

Floats = npt.NDArray[np.float64]

STEP_SECONDS = 15
SHOTS = frozenset({MatchEventType.SHOT, MatchEventType.GOAL, MatchEventType.PENALTY_MISSED})
SIDES = (Side.HOME, Side.AWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedEntry:
    """An entry with a side and a position; `side` is 0 for the home side, 1 for the away side."""

    id: str
    period: int
    clock_seconds: float
    side: int
    x: float
    y: float
    is_shot: bool
    is_goal: bool

    @property
    def step(self) -> int:
        """The step of its period."""
        return int(self.clock_seconds) // STEP_SECONDS


@dataclass(frozen=True)
class LocatedMatch:
    """A match's located entries in the order of play."""

    entries: Sequence[LocatedEntry]

    @staticmethod
    def of(match_events: Iterable[MatchEvent]) -> "LocatedMatch":
        """Return the located entries of a feed, without those of a shoot-out."""
        return LocatedMatch(
            [
                LocatedEntry(
                    id=each.id,
                    period=each.period,
                    clock_seconds=each.clock_seconds,
                    side=SIDES.index(each.side),
                    x=each.x,
                    y=each.y,
                    is_shot=each.type in SHOTS,
                    is_goal=each.type is MatchEventType.GOAL,
                )
                for each in sorted(match_events, key=lambda match_event: match_event.order)
                if each.side is not None
                and each.x is not None
                and each.y is not None
                and each.period < SHOOT_OUT_PERIOD
            ]
        )

    @cached_property
    def steps(self) -> Mapping[int, int]:
        """The number of steps of each period."""
        steps: dict[int, int] = {}
        for entry in self.entries:
            steps[entry.period] = max(steps.get(entry.period, 0), entry.step + 1)
        return steps

    def per_step(self, weights: Sequence[float], period: int) -> Floats:
        """Return the sum of the entries' weights in each step of a period, for both sides."""
        sums = np.zeros((self.steps[period], 2))
        for entry, weight in zip(self.entries, weights, strict=True):
            if entry.period == period:
                sums[entry.step, entry.side] += weight
        return sums

    def pairs(self) -> Iterable[tuple[LocatedEntry, LocatedEntry]]:
        """Return each entry with the next one of its period."""
        return ((one, other) for one, other in pairwise(self.entries) if one.period == other.period)
