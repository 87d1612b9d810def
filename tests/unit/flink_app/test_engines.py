"""Engines stay in memory while they are busy, and come back from state as they were."""

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Part
from domain.match import Side
from domain.moment import MomentType
from flink_app.engines import Engines, Stored, to_state
from tests.unit.domain.detection.play import goal


class Shelf:
    """State by match, which counts how often it was asked."""

    def __init__(self) -> None:
        self.states: dict[str, Stored] = {}
        self.asked: list[str] = []

    def of(self, match_id: str) -> Stored:
        self.asked.append(match_id)
        return self.states.get(match_id, dict.fromkeys(Part))


def test_an_engine_in_memory_is_not_read_again() -> None:
    shelf, engines = Shelf(), Engines(MatchEngine)
    first = engines.of("m", lambda: shelf.of("m"))
    assert engines.of("m", lambda: shelf.of("m")) is first
    assert shelf.asked == ["m"]


def test_the_least_recently_busy_engine_leaves_memory_and_comes_back_as_it_was() -> None:
    # GIVEN room for two, and a match with two goals by one player
    shelf, engines = Shelf(), Engines(MatchEngine, capacity=2)
    engine = engines.of("m", lambda: shelf.of("m"))
    for minute in (10, 20):
        engine.observe(goal(Side.HOME, 1, minute, "Salah"))
    shelf.states["m"] = {part: to_state(engine, part) for part in Part}

    # WHEN two more matches speak, and then the first one again
    for other in ("a", "b"):
        engines.of(other, lambda: shelf.of(other))  # noqa: B023
    returned = engines.of("m", lambda: shelf.of("m"))

    # THEN it is another object that knows the two goals
    assert returned is not engine
    moments = returned.observe(goal(Side.HOME, 1, 70, "Salah")).moments
    assert MomentType.HAT_TRICK in {moment.type for moment in moments}


def test_a_busy_engine_stays() -> None:
    shelf, engines = Shelf(), Engines(MatchEngine, capacity=2)
    first = engines.of("a", lambda: shelf.of("a"))
    engines.of("b", lambda: shelf.of("b"))
    engines.of("a", lambda: shelf.of("a"))
    engines.of("c", lambda: shelf.of("c"))
    assert engines.of("a", lambda: shelf.of("a")) is first


def test_a_forgotten_engine_comes_from_state() -> None:
    shelf, engines = Shelf(), Engines(MatchEngine)
    first = engines.of("m", lambda: shelf.of("m"))
    engines.forget("m")
    engines.forget("never seen")
    assert engines.of("m", lambda: shelf.of("m")) is not first
