"""Jetstream, Bluesky's public posts as JSON over a WebSocket, which needs no account.

https://github.com/bluesky-social/jetstream: a new connection continues at `cursor`, in microseconds.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from crowd_source.language import language_of
from crowd_source.ports import SourceError
from domain.crowd.aggregate import MAX_LATENESS_SECONDS, Post
from domain.crowd.watch_list import WatchList

LOGGER = logging.getLogger(__name__)
COLLECTION = "app.bsky.feed.post"
MAX_MESSAGE_BYTES = 1_000_000
HEARTBEAT_SECONDS = 30.0
SILENCE_SECONDS = 30.0
"""The network has many posts a second: a stream that is silent for this long is broken, even if it pings."""


class JetstreamSource:
    """All posts of the network, filtered by the watch list.

    `skipped_seconds` is the time whose posts were never read, because they would have been too late to count.
    """

    name = "bluesky"

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._session = session
        self._url = url
        self._now = now
        self._silence_seconds = silence_seconds
        self._cursor: int | None = None
        self.skipped_seconds = 0.0
        self.messages = 0

    async def posts(self, watched: WatchList) -> AsyncIterator[Post]:
        """Yield posts about the watched matches since the last one seen; raises SourceError when it ends."""
        query = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": str(MAX_MESSAGE_BYTES)}
        self._drop_old_cursor()
        if self._cursor is not None:
            query["cursor"] = str(self._cursor + 1)
        try:
            async with self._session.ws_connect(
                self._url, params=query, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE_BYTES
            ) as socket:
                while (text := await self._next_text(socket)) is not None:
                    self.messages += 1
                    post = self._post(text)
                    if post is not None and watched.matches_of(post.text):
                        yield post
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SourceError(f"{self.name}: {type(error).__name__}: {error}") from error
        raise SourceError(f"{self.name}: the server closed the stream")

    def _drop_old_cursor(self) -> None:
        """Start at the live posts if those after the cursor are too late to count."""
        if self._cursor is None:
            return
        gap_seconds = self._now().timestamp() - self._cursor / 1e6
        if gap_seconds > MAX_LATENESS_SECONDS:
            LOGGER.warning("%s: skipping the posts of %.0f s, too late to count", self.name, gap_seconds)
            self.skipped_seconds += gap_seconds
            self._cursor = None

    async def _next_text(self, socket: aiohttp.ClientWebSocketResponse) -> str | None:
        """Return the next text message; None if the stream has ended. Raises SourceError if it is silent."""
        try:
            async with asyncio.timeout(self._silence_seconds):
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        return str(message.data)
        except TimeoutError:
            raise SourceError(f"{self.name}: no message for {self._silence_seconds:.0f} s") from None
        return None

    def _post(self, text: str) -> Post | None:
        """Return the post that a message creates; None for a deletion, a like or an unknown message."""
        try:
            message: dict[str, Any] = json.loads(text)
            microseconds = int(message["time_us"])
            self._cursor = max(self._cursor or 0, microseconds)
            commit = message["commit"]
            if commit["operation"] != "create" or commit["collection"] != COLLECTION:
                return None
            at = datetime.fromtimestamp(microseconds / 1e6, tz=UTC)
            record = commit["record"]
            languages = record.get("langs") or [None]
            return Post(at=at, text=str(record["text"]), language=language_of(languages[0]))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return None
