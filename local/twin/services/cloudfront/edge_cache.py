"""The cache of an edge location.

Source: AWS documentation, "Manage how long content stays in the cache (expiration)". Requests for what is
being fetched wait for the same answer ("Request and response behavior for Amazon S3 origins": collapsed).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from local.twin.services.cloudfront.distribution import CachePolicy

_MAX_ENTRIES = 10_000
_NOT_CACHED = re.compile(r"\b(no-cache|no-store|private)\b", re.IGNORECASE)
_SHARED_AGE = re.compile(r"\bs-maxage=(\d+)", re.IGNORECASE)
_AGE = re.compile(r"\bmax-age=(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginAnswer:
    """What the origin answered; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """An answer of the origin with the age at which it is served, in seconds; a hit did not fetch it."""

    answer: OriginAnswer
    age: float
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    answer: OriginAnswer
    stored_at: float
    ends_at: float


class EdgeCache:
    """Answers by path, each until its time is over."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._entries: dict[str, _Entry] = {}
        self._fetching: dict[str, asyncio.Task[OriginAnswer]] = {}

    async def find(
        self,
        path: str,
        *,
        fetch: Callable[[], Awaitable[OriginAnswer]],
        ttl: Callable[[OriginAnswer], float],
    ) -> CachedAnswer:
        """Return the cached answer, or the origin's, which is cached for `ttl` seconds."""
        now = self._now()
        entry = self._entries.get(path)
        if entry is not None and now < entry.ends_at:
            return CachedAnswer(answer=entry.answer, age=now - entry.stored_at, is_hit=True)
        waiting = self._fetching.get(path)
        if waiting is not None:
            return CachedAnswer(answer=await asyncio.shield(waiting), age=0, is_hit=True)
        task = asyncio.ensure_future(fetch())
        self._fetching[path] = task
        task.add_done_callback(lambda _: self._fetching.pop(path, None))
        # Shielded: one who stops waiting must not take the answer from the others.
        answer = await asyncio.shield(task)
        self._store(path, answer, ttl(answer))
        return CachedAnswer(answer=answer, age=0, is_hit=False)

    def _store(self, path: str, answer: OriginAnswer, seconds: float) -> None:
        now = self._now()
        if len(self._entries) >= _MAX_ENTRIES:
            self._entries = {key: each for key, each in self._entries.items() if now < each.ends_at}
        self._entries[path] = _Entry(answer=answer, stored_at=now, ends_at=now + seconds)


def time_to_live(policy: CachePolicy, cache_control: str) -> float:
    """Return how long an answer is cached, in seconds, by its header Cache-Control."""
    if _NOT_CACHED.search(cache_control):
        return policy.min_ttl
    found = _SHARED_AGE.search(cache_control) or _AGE.search(cache_control)
    seconds = policy.default_ttl if found is None else float(found[1])
    return min(max(seconds, policy.min_ttl), policy.max_ttl)
