"""How long the edge keeps an answer, and how often it asks the origin."""

import asyncio

import pytest

from local.twin.services.cloudfront.distribution import CachePolicy
from local.twin.services.cloudfront.edge_cache import EdgeCache, OriginAnswer, time_to_live

POLICY = CachePolicy(min_ttl=0, default_ttl=1, max_ttl=60)
ANSWER = OriginAnswer(status=200, headers={}, body=b"1")


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        ("", 1),
        ("max-age=5", 5),
        ("public, max-age=5, s-maxage=9", 9),
        ("max-age=3600", 60),
        ("no-cache", 0),
        ("no-store, max-age=5", 0),
        ("private", 0),
    ],
)
def test_the_header_decides_within_the_policy(cache_control: str, seconds: float) -> None:
    assert time_to_live(POLICY, cache_control) == seconds


def test_nothing_is_kept_for_less_than_the_minimum() -> None:
    assert time_to_live(CachePolicy(min_ttl=3, default_ttl=5, max_ttl=9), "max-age=1") == 3


async def test_an_answer_is_served_until_its_time_is_over() -> None:
    clock, fetches = [0.0], 0

    async def fetch() -> OriginAnswer:
        nonlocal fetches
        fetches += 1
        return ANSWER

    cache, found = EdgeCache(lambda: clock[0]), []
    for clock[0] in (0, 0.5, 0.99, 1.0, 1.5):
        found.append(await cache.find("a", fetch=fetch, ttl=lambda _: 1))
    assert [each.is_hit for each in found] == [False, True, True, False, True]
    assert [each.age for each in found] == [0, 0.5, 0.99, 0, 0.5]
    await cache.find("b", fetch=fetch, ttl=lambda _: 1)
    assert fetches == 3


async def test_those_who_ask_at_once_wait_for_one_answer() -> None:
    arrived, fetches = asyncio.Event(), 0

    async def fetch() -> OriginAnswer:
        nonlocal fetches
        fetches += 1
        await arrived.wait()
        return ANSWER

    cache = EdgeCache(lambda: 0)
    waiting = [asyncio.create_task(cache.find("a", fetch=fetch, ttl=lambda _: 1)) for _ in range(5)]
    await asyncio.sleep(0)
    # One who stops waiting takes nothing from the others.
    waiting[0].cancel()
    arrived.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert fetches == 1
    assert [each.answer for each in found if not isinstance(each, BaseException)] == [ANSWER] * 4


async def test_a_failed_fetch_is_not_kept() -> None:
    async def fail() -> OriginAnswer:
        raise OSError("on purpose")

    async def fetch() -> OriginAnswer:
        return ANSWER

    cache = EdgeCache(lambda: 0)
    with pytest.raises(OSError, match="on purpose"):
        await cache.find("a", fetch=fail, ttl=lambda _: 1)
    assert (await cache.find("a", fetch=fetch, ttl=lambda _: 1)).answer == ANSWER
