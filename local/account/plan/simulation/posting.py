"""Posts of one environment at the rate that is leased, adapted and granted.

The steps are those of `lambdas/logic/paced_poster.py`, with its constants; the adapted rate is its code. A
batch stands for its posts, which take place evenly.
"""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from random import Random

from lambdas.logic.paced_poster import PAUSE
from lambdas.logic.ports.connections import PostBudget
from lambdas.logic.post_rate import PostRate
from local.account.plan.measured import Measured
from local.account.plan.simulation.limits import LeaseTable, TokenBucket
from local.account.plan.simulation.simulated_time import SimulatedTime

Sent = Callable[[int, float, float], None]
"""Takes how many were accepted, in their order, and between which times they were answered."""


@dataclass(slots=True, kw_only=True)
class PostingEnvironment:
    """One environment's way to post, or to publish."""

    time: SimulatedTime
    measured: Measured
    random: Random
    table: LeaseTable
    budget: PostBudget
    window_seconds: float
    """The window of the leased budget."""
    service: TokenBucket
    """The rate that the service grants."""
    step: str
    """The time of one request in `measured.toml`."""
    concurrency: int
    seconds_each: float
    """The processor's time for one of them."""
    sent: Sent
    rate: PostRate = field(default_factory=PostRate)
    throttled: int = 0

    def post(self, count: int, deadline: float) -> Generator[float, None, int]:
        """Send so many until a time; return how many are left."""
        waiting = count
        while waiting and self.time.seconds < deadline:
            calls = self.table.calls
            allowed = self._allowed(waiting)
            for _ in range(self.table.calls - calls):
                yield self.measured.sample("table_call", self.random)
            if not allowed:
                yield self._pause()
                continue
            accepted, seconds = self._send(allowed)
            yield seconds
            waiting -= accepted
            refused = min(allowed - accepted, self.concurrency)
            # As in the poster: one refusal beside accepted posts may be a client that does not read.
            is_throttled = refused > 1 or (refused == 1 and not accepted)
            self.rate.record(
                accepted=accepted, refused=refused, is_throttled=is_throttled, now=self.time.now()
            )
            if refused:
                self.throttled += refused
                yield PAUSE.total_seconds()
        return waiting

    def _allowed(self, wanted: int) -> int:
        now = self.time.now()
        available = self.rate.available(wanted, now)
        return self.budget.take_tokens(available, now) if available else 0

    def _pause(self) -> float:
        """Return the time until the attempt that can get posts: those before it find the window used up."""
        pause = PAUSE.total_seconds()
        if self.rate.per_second(self.time.now()) is not None:
            return pause
        left = -self.time.seconds % self.window_seconds
        return pause * math.ceil(left / pause or 1)

    def _send(self, allowed: int) -> tuple[int, float]:
        """Return how many of a batch the service accepts, and the seconds until the last answer."""
        began = self.time.seconds
        round_trip = self.measured.sample(self.step, self.random)
        per_second = min(1 / self.seconds_each, self.concurrency / round_trip)
        accepted = self.service.drain(allowed, per_second, began)
        seconds = round_trip + accepted / per_second
        if accepted:
            self.sent(accepted, began + round_trip, began + seconds)
        return accepted, seconds
