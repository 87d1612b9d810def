"""When viewers got something: spans of time in which so many of them got it, evenly."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain


@dataclass(slots=True)
class Receptions:
    """Spans of seconds with the number of viewers who were reached in each."""

    _spans: list[tuple[float, float, float]] = field(default_factory=list)

    def add(self, viewers: float, start: float, end: float) -> None:
        """Add viewers who are reached between two times, evenly; at once if these are the same."""
        if viewers > 0:
            self._spans.append((start, end, viewers))

    @property
    def viewers(self) -> float:
        """All viewers who were reached."""
        return sum(viewers for _, _, viewers in self._spans)

    @property
    def first(self) -> float:
        """When the first viewer was reached."""
        return min((start for start, _, _ in self._spans), default=0.0)

    @property
    def last(self) -> float:
        """When the last viewer was reached."""
        return max((end for _, end, _ in self._spans), default=0.0)

    def reached_by(self, share: float) -> float:
        """Return when this share of those who were reached at all had been reached."""
        wanted = share * self.viewers
        reached = rate = 0.0
        before = self.first
        for at, change, jump in self._changes():
            gained = rate * (at - before)
            if rate > 0 and reached + gained >= wanted:
                return before + (wanted - reached) / rate
            reached += gained + jump
            if reached >= wanted:
                return at
            rate, before = rate + change, at
        return self.last

    def _changes(self) -> Iterator[tuple[float, float, float]]:
        """Yield times, in order, with the change of the rate and the viewers who are reached at once."""
        changes = chain.from_iterable(_changes_of(*span) for span in self._spans)
        yield from sorted(changes)


def _changes_of(start: float, end: float, viewers: float) -> Iterator[tuple[float, float, float]]:
    if end <= start:
        yield start, 0.0, viewers
        return
    rate = viewers / (end - start)
    yield start, rate, 0.0
    yield end, -rate, 0.0
