"""Tells posts that the account's rate refuses from posts to clients that do not read.

API Gateway answers both with 429. A client that does not read is refused while others are served. While
nobody is served there is no telling: one refused connection alone may be either, but several are the rate.
"""

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from domain.post_outcome import PostOutcome

SAME_TIME = timedelta(seconds=1)
"""Posts that are accepted within this time of a refusal count as accepted at the same time."""
MAX_REFUSALS = 8
"""A connection that is refused so often while others are served does not read its messages."""
SUSPECT_REFUSALS = 2
"""As many suffice for a connection that was set aside before, if others have been served since."""
BRIEF_REFUSALS = 3
"""A connection that is refused so often while nobody is served is set aside, if other work is left."""
MAX_SUSPECTS = 10_000


class Verdict(Enum):
    """What becomes of a connection whose post was refused."""

    WAITS = auto()
    """It is tried again in this call."""
    OWED = auto()
    """It is set aside, and nobody knows why it was refused."""
    UNREAD = auto()
    """Its client does not read."""


@dataclass(slots=True)
class RefusedPosts:
    """What one execution environment has learnt from refused and accepted posts.

    `suspects` were set aside at these times and have accepted no post since.
    """

    suspects: dict[str, datetime] = field(default_factory=dict)
    _accepted_at: datetime | None = None
    _unserved: set[str] = field(default_factory=set)
    """Connections that were refused since a post was last accepted, without suspects."""

    def others_are_served(self, now: datetime) -> bool:
        """Return True if posts are being accepted."""
        return self._accepted_at is not None and now - self._accepted_at < SAME_TIME

    def others_were_served_since(self, connection_id: str) -> bool:
        """Return True if posts were accepted after this connection was set aside."""
        set_aside_at = self.suspects.get(connection_id)
        return (
            set_aside_at is not None and self._accepted_at is not None and self._accepted_at >= set_aside_at
        )

    def set_aside(self, connection_id: str, now: datetime) -> None:
        """Remember a connection whose next refusal tells nothing about the rate."""
        if len(self.suspects) >= MAX_SUSPECTS:
            self.suspects.clear()
        self.suspects[connection_id] = now

    def record(self, answer: PostOutcome, is_known: Callable[[str], bool], now: datetime) -> bool:
        """Record a batch; return True if it says that the account's rate is exceeded.

        `is_known` says whether a connection's refusal is already explained.
        """
        unexplained = [connection_id for connection_id in answer.throttled if not is_known(connection_id)]
        if answer.sent or answer.gone:
            self._accepted_at = now
            self._unserved.clear()
            for connection_id in (*answer.sent, *answer.gone) if self.suspects else ():
                self.suspects.pop(connection_id, None)
            return len(unexplained) > 1
        self._unserved.update(unexplained)
        return len(self._unserved) > 1 and not self._unserved.isdisjoint(answer.throttled)


@dataclass(slots=True, kw_only=True)
class Refusals:
    """The refusals of one call; `unread` are connections whose clients are known not to read.

    `waits` is False if other work should not wait for connections of which nothing is known.
    `max_refusals` is None where a refusal is never due to the recipient.
    """

    learnt: RefusedPosts
    unread: Container[str]
    waits: bool
    max_refusals: int | None
    counts: Counter[str] = field(default_factory=Counter)
    _while_served: Counter[str] = field(default_factory=Counter)

    def record(self, answer: PostOutcome, now: datetime) -> bool:
        """Record a batch; return True if it says that the account's rate is exceeded."""
        is_throttled = self.learnt.record(answer, self._is_known, now)
        self.counts.update(answer.throttled)
        if answer.throttled and self.learnt.others_are_served(now):
            self._while_served.update(answer.throttled)
        return is_throttled

    def verdict(self, connection_id: str, now: datetime) -> Verdict:
        """Return what becomes of a connection that was just refused."""
        if self.max_refusals is None:
            return Verdict.WAITS
        count = self.counts[connection_id]
        if (
            connection_id in self.unread
            or self._while_served[connection_id] >= self.max_refusals
            or (count >= SUSPECT_REFUSALS and self.learnt.others_were_served_since(connection_id))
        ):
            self.learnt.set_aside(connection_id, now)
            return Verdict.UNREAD
        if self.waits or count < BRIEF_REFUSALS or self.learnt.others_are_served(now):
            return Verdict.WAITS
        self.learnt.set_aside(connection_id, now)
        return Verdict.OWED

    def _is_known(self, connection_id: str) -> bool:
        return (
            connection_id in self._while_served
            or connection_id in self.learnt.suspects
            or connection_id in self.unread
        )
