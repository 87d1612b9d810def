"""X's filtered stream: posts that match rules, for the holder of a bearer token.

https://docs.x.com/x-api/posts/filtered-stream: one JSON object per line, and an empty line after 20 seconds
without a post.
"""

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from crowd_source.language import language_of
from crowd_source.ports import SourceError
from domain.crowd.aggregate import Post
from domain.crowd.watch_list import WatchedMatch, WatchList

TIMEOUT_SECONDS = 30.0
MAX_RULE_CHARACTERS = 512
TOO_MANY_REQUESTS = 429


class FilteredStreamSource:
    """Posts that match the keywords of the watch list."""

    name = "x"

    def __init__(
        self, session: aiohttp.ClientSession, url: str, token: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._clock = clock
        self.messages = 0

    async def posts(self, watched: WatchList) -> AsyncIterator[Post]:
        """Yield posts about the watched matches; raises SourceError when the stream ends or is refused."""
        try:
            await self._set_rules(watched)
            async with self._session.get(
                f"{self._url}/2/tweets/search/stream",
                params={"tweet.fields": "created_at,lang"},
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=None, sock_read=TIMEOUT_SECONDS),
            ) as response:
                self._check(response)
                async for line in response.content:
                    self.messages += 1
                    post = _post(line, self._clock)
                    if post is not None:
                        yield post
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SourceError(f"{self.name}: {type(error).__name__}: {error}") from error
        raise SourceError(f"{self.name}: the server closed the stream")

    async def _set_rules(self, watched: WatchList) -> None:
        """Replace the rules by those of the watch list; rules that are in both stay."""
        wanted = {rule for match in watched.matches for rule in rules_of(match)}
        existing = await self._rules({})
        stale = [rule["id"] for rule in existing.get("data", []) if rule["value"] not in wanted]
        missing = wanted - {rule["value"] for rule in existing.get("data", [])}
        if stale:
            await self._rules({"delete": {"ids": stale}})
        if missing:
            await self._rules({"add": [{"value": value} for value in sorted(missing)]})

    async def _rules(self, change: dict[str, Any]) -> dict[str, Any]:
        method = "POST" if change else "GET"
        async with self._session.request(
            method,
            f"{self._url}/2/tweets/search/stream/rules",
            headers=self._headers,
            json=change or None,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        ) as response:
            self._check(response)
            answer: dict[str, Any] = await response.json()
            return answer

    def _check(self, response: aiohttp.ClientResponse) -> None:
        if response.ok:
            return
        wait = 0.0
        if response.status == TOO_MANY_REQUESTS:
            wait = max(float(response.headers.get("x-rate-limit-reset", 0)) - self._clock(), 60.0)
        raise SourceError(f"{self.name}: HTTP {response.status}", wait_seconds=wait)


def rules_of(match: WatchedMatch) -> list[str]:
    """Return rules for a match's keywords, as many in each as its length allows, without reposts."""
    rules: list[str] = []
    for keyword in match.keywords:
        quoted = keyword if keyword.startswith("#") else f'"{keyword}"'
        longer = f"{rules[-1]} OR {quoted}" if rules else quoted
        if rules and len(longer) <= MAX_RULE_CHARACTERS - len("() -is:retweet"):
            rules[-1] = longer
        else:
            rules.append(quoted)
    return [f"({rule}) -is:retweet" for rule in rules]


def _post(line: bytes, clock: Callable[[], float]) -> Post | None:
    """Return the post in a line; None for a keep-alive or an unknown line."""
    try:
        data = json.loads(line)["data"]
        text = str(data["text"])
        created_at = data.get("created_at")
        at = datetime.fromisoformat(created_at) if created_at else datetime.fromtimestamp(clock(), tz=UTC)
        return Post(at=at.astimezone(UTC), text=text, language=language_of(data.get("lang")))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
