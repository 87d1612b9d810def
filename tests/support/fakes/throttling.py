"""A gateway that throttles or fails posts, and a shared budget of posts, in the time of a test's clock."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.post_outcome import PostOutcome
from local.twin.services.token_bucket import Rate, TokenBucket
from tests.support.fakes.observability import FrozenClock

CONCURRENCY = 64
SECONDS_PER_POST = 0.004
MAX_THROTTLED = 2


class ThrottlingPoster:
    """Posts in groups of concurrent requests, as the real poster does, to a gateway with a token bucket."""

    def __init__(self, clock: FrozenClock, rate: Rate) -> None:
        self.received: Counter[str] = Counter()
        self.requests = 0
        self.unread: set[str] = set()
        """Connections whose clients do not read: each post is throttled."""
        self.failing: set[str] = set()
        """Connections whose posts fail with 5xx."""
        self.requested_at: list[datetime] = []
        self.accepts_from = clock()
        """Until then each post is throttled."""
        self._clock = clock
        self._bucket = TokenBucket(rate, lambda: clock().timestamp())

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:
        outcome = PostOutcome()
        batch = list(messages)
        for start in range(0, len(batch), CONCURRENCY):
            group = batch[start : start + CONCURRENCY]
            if len(outcome.throttled) >= MAX_THROTTLED:
                outcome.unsent += [connection_id for connection_id, _ in group]
                continue
            for connection_id, _ in group:
                self.requests += 1
                self.requested_at.append(self._clock())
                if connection_id in self.failing:
                    outcome.unreached.append(connection_id)
                    continue
                is_up = self._clock() >= self.accepts_from
                if is_up and self._bucket.take_token() and connection_id not in self.unread:
                    self.received[connection_id] += 1
                    outcome.sent.append(connection_id)
                else:
                    outcome.throttled.append(connection_id)
            self._clock.sleep(SECONDS_PER_POST)
        return outcome


class WindowBudget:
    """Tokens of each quarter of a second, as the budget in DynamoDB has them."""

    def __init__(self, per_second: int) -> None:
        self._limit = per_second // 4
        self._window = 0
        self._left = 0

    def take_tokens(self, wanted: int, now: datetime) -> int:
        window = int(now.timestamp() * 4)
        if window != self._window:
            self._window, self._left = window, self._limit
        taken = min(wanted, self._left)
        self._left -= taken
        return taken
