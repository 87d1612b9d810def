"""The interfaces through which the service reads posts, judges them and writes signals."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from domain.crowd.aggregate import Post
from domain.crowd.watch_list import WatchList
from domain.signal import Signal


class SourceError(Exception):
    """A source failed; `wait_seconds` is how long it asked clients to wait."""

    def __init__(self, what: str, *, wait_seconds: float = 0.0) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(what)


class PostSource(Protocol):
    """A public stream of posts, read as fast as posts are processed; the rest waits in the socket."""

    name: str
    messages: int
    """How many messages of any kind were received, keep-alives and messages about other things included."""

    def posts(self, watched: WatchList) -> AsyncIterator[Post]:
        """Yield posts until the connection ends; raises SourceError."""
        ...


class SentimentJudge(Protocol):
    """Judges the sentiment of posts."""

    batch_size: int

    async def judge(self, posts: Sequence[Post]) -> Sequence[float | None]:
        """Return the sentiment (-1 to 1) of each of at most `batch_size` posts; None if it is unknown."""
        ...


class SignalSink(Protocol):
    """The destination of counts."""

    async def publish(self, signals: Sequence[Signal]) -> None:
        """Write signals; return when all of them are stored."""
        ...


class Health(Protocol):
    """The operators' view of the service."""

    async def report(self, *, is_healthy: bool) -> None:
        """Report that the last minute was healthy: the source was heard, or is not read on purpose."""
        ...


class Control(Protocol):
    """The operators' settings at run time."""

    async def read(self) -> WatchList:
        """Return the matches to follow; none while the kill switch is off."""
        ...
