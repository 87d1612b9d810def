"""Busy engines stay in memory; the others are restored from state as they were."""

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Part
from domain.match import Side
from domain.moment import MomentType
from flink_app.engine_cache import EngineCache, StoredParts, part_state
from tests.support.feed_entries import goal


class StoredEngines:
    """State by match, and the matches that were read from it."""

    def __init__(self) -> None:
        self.states: dict[str, StoredParts] = {}
        self.reads: list[str] = []

    def read(self, match_id: str) -> StoredParts:
        self.reads.append(match_id)
        return self.states.get(match_id, dict.fromkeys(Part))


def test_an_engine_in_memory_is_not_read_again() -> None:
    stored, cache = StoredEngines(), EngineCache(MatchEngine)
    first = cache.get("m", lambda: stored.read("m"))
    assert cache.get("m", lambda: stored.read("m")) is first
    assert stored.reads == ["m"]


def test_the_least_recently_used_engine_is_evicted_and_restored_as_it_was() -> None:
    # GIVEN room for two engines, and a match with two goals by one player
    stored, cache = StoredEngines(), EngineCache(MatchEngine, capacity=2)
    engine = cache.get("m", lambda: stored.read("m"))
    for minute in (10, 20):
        engine.observe(goal(Side.HOME, 1, minute, "Salah"))
    stored.states["m"] = {part: part_state(engine, part) for part in Part}

    # WHEN signals of two more matches arrive, and then one of the first match
    for other in ("a", "b"):
        cache.get(other, lambda: stored.read(other))  # noqa: B023
    restored = cache.get("m", lambda: stored.read("m"))

    # THEN it is a new engine that knows the two goals
    assert restored is not engine
    moments = restored.observe(goal(Side.HOME, 1, 70, "Salah")).moments
    assert MomentType.HAT_TRICK in {moment.type for moment in moments}


def test_a_recently_used_engine_stays_in_memory() -> None:
    stored, cache = StoredEngines(), EngineCache(MatchEngine, capacity=2)
    first = cache.get("a", lambda: stored.read("a"))
    cache.get("b", lambda: stored.read("b"))
    cache.get("a", lambda: stored.read("a"))
    cache.get("c", lambda: stored.read("c"))
    assert cache.get("a", lambda: stored.read("a")) is first


def test_an_evicted_engine_is_restored_from_state() -> None:
    stored, cache = StoredEngines(), EngineCache(MatchEngine)
    first = cache.get("m", lambda: stored.read("m"))
    cache.evict("m")
    cache.evict("never seen")
    assert cache.get("m", lambda: stored.read("m")) is not first
