"""The port between a viewer's app and the stage: how it follows a match and reports interactions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple, Protocol

import aiohttp

from local.play.replay.persona import Message

Interaction = dict[str, Any]
"""An entry of `interactions`, as docs/websocket.asyncapi.yaml defines it."""


class Received(NamedTuple):
    """A `components` message, when it arrived in epoch milliseconds, and if it is the viewer's own."""

    message: Message
    at_ms: float
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A viewer who joins a match. `count_error` is called with the name of each error on the way."""

    match_id: str
    token: str
    http: aiohttp.ClientSession
    rng: Random
    count_error: Callable[[str], None]


class Transport(Protocol):
    """One viewer's connection to one match; it may be connected again after it was lost."""

    @property
    def unanswered(self) -> int:
        """How many reports the server has not answered yet."""
        ...

    async def connect(self, *, follows: bool = True) -> None:
        """Connect and, unless told otherwise, follow the match.

        Raises aiohttp.ClientError, ConnectionError or TimeoutError.
        """

    async def receive(self) -> Received | None:
        """Return the next message; None once the connection is lost."""

    async def report(self, interactions: Sequence[Interaction]) -> None:
        """Report interactions; each click follows its impression."""

    async def close(self) -> None:
        """Close the connection."""

    def drop(self) -> None:
        """Drop the connection without a close frame, as a phone in a tunnel does."""


class Delivery(Protocol):
    """How a stage delivers; it can be pickled."""

    def transport(self, joining: Joining) -> Transport:
        """Return a transport that is not connected yet."""
        ...
