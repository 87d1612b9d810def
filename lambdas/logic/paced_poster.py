"""Posts to connections at the rate that the account's quota allows.

A throttled post is no failed attempt: it waits for its turn and is sent again until the deadline.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.post_outcome import PostOutcome
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionPoster, PostBudget
from lambdas.logic.post_rate import PostRate

PAUSE = timedelta(milliseconds=25)
"""The time between two attempts to get posts from the budget."""
LONGEST_PAUSE = timedelta(seconds=10)
"""The longest pause that the gateway can ask for."""
MAX_REFUSALS = 8
"""A connection that is throttled so often while others are served does not read its messages."""

Messages = Callable[[Sequence[str]], Iterable[tuple[str, bytes]]]
"""Builds the messages of some connections, just before they are sent."""


@dataclass(slots=True)
class PacedOutcome:
    """Results of posts, as connection ids; `owed` were not sent in time or not accepted."""

    sent: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    retried: int = 0
    throttled: int = 0


class UnlimitedBudget:
    """The budget of the few posts that the quota's reserve covers."""

    def take_tokens(self, wanted: int, now: datetime) -> int:  # noqa: ARG002 - the port's signature
        """Return as many as are wanted."""
        return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class PacedPoster:
    """Sends messages in batches as large as the shared budget and the adapted rate allow."""

    poster: ConnectionPoster
    budget: PostBudget
    clock: Clock
    sleep: Callable[[float], None]
    rate: PostRate = field(default_factory=PostRate)

    def post(
        self,
        connection_ids: Iterable[str],
        messages: Messages,
        *,
        deadline: datetime,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> PacedOutcome:
        """Send a message to each connection until the deadline; the rest is owed.

        After each pause `is_wanted` says whether the messages are still of use; if not, the rest is owed.
        """
        outcome = PacedOutcome()
        waiting = deque(connection_ids)
        refusals: Counter[str] = Counter()
        while waiting:
            allowed = self._allowed(len(waiting))
            if allowed == 0:
                if not self._paused(PAUSE, deadline, is_wanted):
                    break
                continue
            batch = [waiting.popleft() for _ in range(allowed)]
            answer = self.poster.post(messages(batch))
            is_throttled = _is_throttled(answer, refusals)
            self._record(answer, outcome, is_throttled=is_throttled)
            refusals.update(answer.throttled)
            waiting.extendleft(reversed(answer.unsent))
            for connection_id in answer.throttled:
                refused_often = refusals[connection_id] >= MAX_REFUSALS
                (outcome.owed if refused_often else waiting).append(connection_id)
            if answer.throttled and waiting:
                pause = min(LONGEST_PAUSE, max(PAUSE, timedelta(seconds=answer.retry_after_seconds)))
                if not self._paused(pause, deadline, is_wanted):
                    break
        outcome.owed += waiting
        return outcome

    def _allowed(self, wanted: int) -> int:
        now = self.clock()
        available = self.rate.available(wanted, now)
        return self.budget.take_tokens(available, now) if available else 0

    def _record(self, answer: PostOutcome, outcome: PacedOutcome, *, is_throttled: bool) -> None:
        outcome.sent += answer.sent
        outcome.gone += answer.gone
        outcome.failed += answer.failed
        outcome.retried += answer.retried
        outcome.throttled += len(answer.throttled)
        accepted = len(answer.sent) + len(answer.gone)
        self.rate.record(accepted=accepted, is_throttled=is_throttled, now=self.clock())

    def _paused(self, pause: timedelta, deadline: datetime, is_wanted: Callable[[], bool]) -> bool:
        """Wait; False if the deadline would pass, or if the messages are no longer wanted."""
        if self.clock() + pause >= deadline:
            return False
        self.sleep(pause.total_seconds())
        return is_wanted()


def _is_throttled(answer: PostOutcome, refusals: Counter[str]) -> bool:
    """True if the account's rate is exceeded.

    API Gateway answers a connection whose client does not read in the same way: it is throttled alone among
    connections that are served, and again when it is tried again.
    """
    new = [connection_id for connection_id in answer.throttled if connection_id not in refusals]
    return len(new) > 1 or (len(new) == 1 and not answer.sent)
