"""Posts to connections at the rate that the account's quota allows.

A throttled post is no failed attempt: it waits for its turn and is sent again until the deadline. A client
that does not read is told apart, and neither holds the others nor slows them down.
"""

from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.post_outcome import PostOutcome
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionPoster, PostBudget
from lambdas.logic.post_rate import PostRate
from lambdas.logic.refused_posts import MAX_REFUSALS, Refusals, RefusedPosts, Verdict

PAUSE = timedelta(milliseconds=25)
"""The time between two attempts to get posts from the budget, and before a refused post is sent again."""
LONGEST_UNSERVED_PAUSE = timedelta(seconds=1)
"""While nothing is accepted, the pause doubles up to this."""
LONGEST_PAUSE = timedelta(seconds=10)
"""The longest pause that the gateway can ask for."""
NO_TIME = timedelta(0)
MAX_ATTEMPTS = 5
"""A connection that could not be reached so often has failed."""

Messages = Callable[[Sequence[str]], Iterable[tuple[str, bytes]]]
"""Builds the messages of some connections, just before they are sent."""


@dataclass(slots=True)
class PacedOutcome:
    """Results of posts, as connection ids; `owed` were not sent in time or not accepted.

    The clients of `unread` do not read: their refused posts do not count as `throttled`. `failed` could not
    be reached despite retries, or in time.
    """

    sent: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
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
    refused: RefusedPosts = field(default_factory=RefusedPosts)
    max_refusals: int | None = MAX_REFUSALS
    """None where a throttled post is never due to its recipient: it is sent again until the deadline."""

    def post(
        self,
        connection_ids: Iterable[str],
        messages: Messages,
        *,
        deadline: datetime,
        is_wanted: Callable[[], bool] = lambda: True,
        unread: Container[str] = (),
        waits: bool = True,
    ) -> PacedOutcome:
        """Send a message to each connection until the deadline; the rest is owed.

        After each pause `is_wanted` says whether the messages are still of use; if not, the rest is owed.
        Connections in `unread` are known not to read, and are tried once. Without `waits`, connections that
        are refused while nobody is served are owed before the deadline, so that other work can go on.
        """
        outcome = PacedOutcome()
        waiting = deque(connection_ids)
        refusals = Refusals(learnt=self.refused, unread=unread, waits=waits, max_refusals=self.max_refusals)
        attempts: Counter[str] = Counter()
        pause = PAUSE
        while waiting and (time_limit := deadline - self.clock()) > NO_TIME:
            allowed = self._allowed(len(waiting))
            if allowed == 0:
                if not self._paused(PAUSE, deadline, is_wanted):
                    break
                continue
            batch = [waiting.popleft() for _ in range(allowed)]
            answer = self.poster.post(messages(batch), time_limit=time_limit)
            now = self.clock()
            is_exceeded = refusals.record(answer, now) or self._is_failing(answer, attempts, now)
            self._record(answer, outcome, is_exceeded=is_exceeded, now=now)
            waiting.extendleft(reversed(answer.unsent))
            for connection_id in answer.throttled:
                _list_of(refusals.verdict(connection_id, now), outcome, waiting).append(connection_id)
            attempts.update(answer.unreached)
            for connection_id in answer.unreached:
                is_last = attempts[connection_id] >= MAX_ATTEMPTS
                (outcome.failed if is_last else waiting).append(connection_id)
                outcome.retried += not is_last
            pause = PAUSE if self.refused.others_are_served(now) else min(LONGEST_UNSERVED_PAUSE, 2 * pause)
            asked = timedelta(seconds=answer.retry_after_seconds)
            before_next = max(
                max(pause, min(LONGEST_PAUSE, asked)) if answer.throttled else NO_TIME,
                # (those that could not be reached come after the others)
                PAUSE * 2 ** attempts[waiting[0]] if waiting and attempts[waiting[0]] else NO_TIME,
            )
            if waiting and before_next and not self._paused(before_next, deadline, is_wanted):
                break
        for connection_id in waiting:
            if attempts[connection_id]:
                outcome.failed.append(connection_id)
            else:
                (outcome.unread if connection_id in unread else outcome.owed).append(connection_id)
        outcome.throttled = refusals.counts.total() - sum(refusals.counts[each] for each in outcome.unread)
        return outcome

    def _allowed(self, wanted: int) -> int:
        now = self.clock()
        available = self.rate.available(wanted, now)
        return self.budget.take_tokens(available, now) if available else 0

    def _is_failing(self, answer: PostOutcome, attempts: Counter[str], now: datetime) -> bool:
        """Return True if most posts of a batch failed, so that the gateway is to be spared.

        Connections that fail again while others are served say nothing about the gateway.
        """
        unreached = len(answer.unreached)
        if unreached < 2 or unreached <= len(answer.sent) + len(answer.gone):
            return False
        is_new = any(not attempts[connection_id] for connection_id in answer.unreached)
        return is_new or not self.refused.others_are_served(now)

    def _record(
        self, answer: PostOutcome, outcome: PacedOutcome, *, is_exceeded: bool, now: datetime
    ) -> None:
        outcome.sent += answer.sent
        outcome.gone += answer.gone
        outcome.failed += answer.failed
        outcome.retried += answer.retried
        accepted = len(answer.sent) + len(answer.gone)
        refused = len(answer.throttled) + len(answer.unreached)
        self.rate.record(accepted=accepted, refused=refused, is_throttled=is_exceeded, now=now)

    def _paused(self, pause: timedelta, deadline: datetime, is_wanted: Callable[[], bool]) -> bool:
        """Wait; False if the deadline would pass, or if the messages are no longer wanted."""
        if self.clock() + pause >= deadline:
            return False
        self.sleep(pause.total_seconds())
        return is_wanted()


def _list_of(verdict: Verdict, outcome: PacedOutcome, waiting: deque[str]) -> list[str] | deque[str]:
    """Return where a connection with this verdict belongs."""
    if verdict is Verdict.WAITS:
        return waiting
    return outcome.unread if verdict is Verdict.UNREAD else outcome.owed
