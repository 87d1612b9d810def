"""A viewer sees a placement once, on however many screens."""

from datetime import timedelta

from domain.sight import Sight, first_sights, sights_that_count
from tests.support import builders


def sight(component_id: str, version: int, seconds: float) -> Sight:
    at = builders.KICK_OFF + timedelta(seconds=seconds)
    return Sight(component_id=component_id, version=version, at=at)


def test_the_first_sight_of_each_placement_is_kept_in_order_of_time() -> None:
    late, early, next_version = sight("poll", 1, 5), sight("poll", 1, 2), sight("poll", 2, 9)
    assert list(first_sights([next_version, late, early]).values()) == [early, next_version]


def test_a_placement_counts_where_it_was_seen_first() -> None:
    here = [sight("poll", 1, 1), sight("quiz", 1, 4), sight("chat", 1, 5)]
    there = [sight("poll", 1, 2), sight("quiz", 1, 3), sight("poll", 2, 6)]
    assert sights_that_count(here, there) == ([here[0], here[2]], [there[1], there[2]])
    assert sights_that_count(there, here) == ([there[1], there[2]], [here[0], here[2]])


def test_a_placement_that_was_seen_at_the_same_time_counts_once() -> None:
    own, other = sight("poll", 1, 1), sight("poll", 1, 1)
    assert sights_that_count([own], [other]) == ([own], [])
