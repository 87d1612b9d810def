"""What the service needs of the world."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from domain.crowd.aggregate import Post
from domain.crowd.watch_list import WatchList
from domain.signal import Signal


class SourceError(Exception):
    """A source broke off; `wait_seconds` is how long it asked to be left alone."""

    def __init__(self, what: str, *, wait_seconds: float = 0.0) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(what)


class PostSource(Protocol):
    """A public stream of posts, read no faster than its posts are taken: the socket holds the rest back."""

    name: str

    def posts(self, watched: WatchList) -> AsyncIterator[Post]:
        """Posts as they come, until the connection ends; raises SourceError."""
        ...


class SentimentJudge(Protocol):
    """Says how posts feel."""

    batch_size: int

    async def judge(self, posts: Sequence[Post]) -> Sequence[float | None]:
        """The sentiment (-1 to 1) of each of at most `batch_size` posts; None where nothing can be said."""
        ...


class SignalSink(Protocol):
    """Where counts go."""

    async def publish(self, signals: Sequence[Signal]) -> None:
        """Hand signals on; returns when they are kept."""
        ...


class Control(Protocol):
    """What the operators say."""

    async def read(self) -> WatchList:
        """The matches to follow; none while the kill switch is off."""
        ...
