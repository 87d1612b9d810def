"""Jetstream, Bluesky's public posts as JSON over a WebSocket, which needs no account.

https://github.com/bluesky-social/jetstream: a new connection continues at `cursor`, in microseconds.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp

from crowd_source.language import language_of
from crowd_source.ports import SourceError
from domain.crowd.aggregate import Post
from domain.crowd.watch_list import WatchList

COLLECTION = "app.bsky.feed.post"
MAX_MESSAGE_BYTES = 1_000_000
HEARTBEAT_SECONDS = 30.0


class JetstreamSource:
    """All posts of the network, filtered by the watch list."""

    name = "bluesky"

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._cursor: int | None = None

    async def posts(self, watched: WatchList) -> AsyncIterator[Post]:
        """Yield posts about the watched matches since the last one seen; raises SourceError when it ends."""
        query = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": str(MAX_MESSAGE_BYTES)}
        if self._cursor is not None:
            query["cursor"] = str(self._cursor + 1)
        try:
            async with self._session.ws_connect(
                self._url, params=query, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE_BYTES
            ) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        post = self._post(message.data)
                        if post is not None and watched.matches_of(post.text):
                            yield post
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SourceError(f"{self.name}: {type(error).__name__}: {error}") from error
        raise SourceError(f"{self.name}: the server closed the stream")

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
