"""Bluesky's public firehose as JSON over a WebSocket: Jetstream. No contract and no key.

https://github.com/bluesky-social/jetstream: after a break, `cursor` (microseconds) goes on where it
broke off.
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
LARGEST_MESSAGE = 1_000_000
SILENCE_SECONDS = 30.0


class JetstreamSource:
    """Posts of the whole network, filtered here by the watch list."""

    name = "bluesky"

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._cursor: int | None = None

    async def posts(self, watched: WatchList) -> AsyncIterator[Post]:
        """Posts about the watched matches since the last one seen; raises SourceError when it breaks."""
        query = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": str(LARGEST_MESSAGE)}
        if self._cursor is not None:
            query["cursor"] = str(self._cursor + 1)
        try:
            async with self._session.ws_connect(
                self._url, params=query, heartbeat=SILENCE_SECONDS, max_msg_size=LARGEST_MESSAGE
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
        """The post that a message creates; deletions, likes and what is not understood are none."""
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
