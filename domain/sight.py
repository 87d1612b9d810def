"""What viewers saw: a component, the version that placed it, and when."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple


class Sight(NamedTuple):
    """A component that a viewer saw, the version that placed it there, and when the viewer saw it.

    A tuple, which is made fast: a dispatch reads several for each viewer.
    """

    component_id: str
    version: int
    at: datetime

    @property
    def placement(self) -> tuple[str, int]:
        """What was seen: a viewer sees it once, on however many screens."""
        return self.component_id, self.version


def first_sights(sights: Iterable[Sight]) -> dict[tuple[str, int], Sight]:
    """Return the first sight of each placement, the earliest first."""
    first: dict[tuple[str, int], Sight] = {}
    for sight in sorted(sights, key=attrgetter("at")):
        first.setdefault(sight[:2], sight)
    return first


def sights_that_count(own: Iterable[Sight], elsewhere: Iterable[Sight]) -> tuple[list[Sight], list[Sight]]:
    """Return the sights that count on a connection and on the viewer's other ones, the earliest first.

    A placement that was seen on several counts where it was seen first.
    """
    here, there = first_sights(own), first_sights(elsewhere)
    if not there:
        return list(here.values()), []
    return (
        [each for name, each in here.items() if name not in there or each.at <= there[name].at],
        [each for name, each in there.items() if name not in here or each.at < here[name].at],
    )
