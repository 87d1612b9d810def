"""What an environment remembers is bounded in time and in number."""

from datetime import UTC, datetime, timedelta

from lambdas.adapters.timed_cache import TimedCache

NOW = datetime(2026, 6, 11, 19, tzinfo=UTC)
KEPT_FOR = timedelta(seconds=30)


def test_a_value_is_found_until_its_time_has_passed() -> None:
    cache = TimedCache[str, int](KEPT_FOR)
    cache.store("m1", 7, NOW)
    assert cache.find("m1", NOW + KEPT_FOR - timedelta(seconds=1)) == 7
    assert cache.find("m1", NOW + KEPT_FOR) is None


def test_a_value_that_is_zero_is_found() -> None:
    cache = TimedCache[str, int](KEPT_FOR)
    cache.store("m1", 0, NOW)
    assert cache.find("m1", NOW) == 0


def test_the_oldest_value_is_forgotten_beyond_the_bound() -> None:
    cache = TimedCache[int, str](KEPT_FOR, max_values=3)
    for number in range(10):
        cache.store(number, "value", NOW)
    assert len(cache) == 3
    assert [number for number in range(10) if cache.find(number, NOW)] == [7, 8, 9]


def test_a_value_that_is_stored_again_is_the_newest() -> None:
    cache = TimedCache[str, int](KEPT_FOR, max_values=2)
    for key in ("m1", "m2", "m1", "m3"):
        cache.store(key, 1, NOW)
    assert cache.find("m1", NOW) == 1
    assert cache.find("m2", NOW) is None


def test_a_removed_value_is_not_found() -> None:
    cache = TimedCache[str, int](KEPT_FOR)
    cache.store("m1", 1, NOW)
    cache.remove("m1")
    cache.remove("m1")
    assert cache.find("m1", NOW) is None
