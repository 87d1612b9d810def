"""WebSocket connections, the matches they are subscribed to, and posts to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.cohort import ViewerTraits
from domain.post_outcome import PostOutcome
from domain.sight import Sight
from domain.subscription import Subscription


class ConnectionStore(Protocol):
    """Connections, their subscriptions and what their viewers have seen."""

    def add_connection(
        self, connection_id: str, viewer: ViewerTraits, expires_at: datetime, *, now: datetime, limit: int
    ) -> bool:
        """Store a connection; False, and nothing is stored, if the viewer has that many already."""

    def remove_connection(self, connection_id: str) -> None:
        """Delete a connection and its subscriptions."""

    def subscribe(self, subscription: Subscription) -> Subscription:
        """Store a subscription; return it with what its viewer has seen and chosen in the match so far."""

    def subscription(self, match_id: str, connection_id: str, now: datetime) -> Subscription | None:
        """Read one subscription consistently; None if there is none or it has expired."""

    def unsubscribe(self, match_id: str, connection_id: str) -> None:
        """Delete a subscription; idempotent."""

    def record_acts(
        self,
        match_id: str,
        connection_id: str,
        *,
        sights: Sequence[Sight],
        has_chosen: bool,
        busy_for: timedelta,
        now: datetime,
    ) -> Subscription | None:
        """Record what the viewer saw, and whether they made a choice, such as a click.

        Both count on all of the viewer's connections. A placement that is seen on several counts once.

        The connection is busy for this time longer; raises RateExceededError, and records nothing, if that is
        further ahead than `InteractionRate` allows.

        Return the subscription; None if there is none or it has expired. What is recorded twice counts once.
        """

    def set_last_version(self, match_id: str, connection_id: str, version: int) -> None:
        """Set the version that the subscriber has already; this and older ones are not sent."""

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[Subscription], str | None]:
        """Return subscribers of a shard in order of connection id, and the id that the next page follows."""

    def subscribers(
        self, match_id: str, shard: int, connection_ids: Sequence[str], now: datetime
    ) -> Sequence[Subscription]:
        """Return the subscriptions of these connections that still exist."""

    def record_subscriber_count(self, match_id: str, shard: int, count: int, now: datetime) -> None:
        """Store how many subscribers a dispatch found in a shard."""

    def subscriber_count(self, match_id: str, now: datetime) -> int:
        """Return about how many subscribers a match has; 0 if no dispatch has counted them.

        May be half a minute old.
        """

    def drop_subscriber(self, match_id: str, shard: int, connection_id: str) -> None:
        """Delete a subscriber whose connection has closed, and the connection's other subscriptions."""


class ConnectionPoster(Protocol):
    """Posts messages to connections."""

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:
        """Post each message to its connection, concurrently; the caller decides who is tried again.

        No post begins after the time limit; those under way then are given up within seconds.
        """


class PostBudget(Protocol):
    """The posts that the account's quota allows, shared by all execution environments."""

    def take_tokens(self, wanted: int, now: datetime) -> int:
        """Take as many posts as are left now, at most `wanted`."""
