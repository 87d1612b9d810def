"""Viewers who come in together, or come back together after an outage: their waits, and what is throttled.

An app goes through the steps of its mode one after another. A step that is throttled is repeated after the
pauses of the SDK (`client/sdk/src/backoff.ts`). In large audiences, groups of viewers do everything together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from local.account.plan.measured import Measured
from local.account.plan.simulation.limits import TokenBucket
from local.account.plan.simulation.receptions import Receptions
from local.account.plan.simulation.simulated_time import Process, SimulatedTime

MAX_GROUPS = 10_000
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, MOST_WINDOWS = 1.0, 60.0, 8
"""The SDK's pauses: within the first, which doubles up to a minute or eight windows of the audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an app does; its name is that of its time in `measured.toml`."""

    name: str
    draws_on: Mapping[str, float]
    """What one viewer takes of each limit: requests, or seconds of an environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A quota that steps draw on."""

    name: str
    per_second: float
    burst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalOutcome:
    """How long viewers waited from their wish until their first screen, and throttled attempts by limit."""

    waits: Receptions
    in_after: float
    """When the last viewer was in, from the first wish."""
    throttled: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRun:
    """Viewers who want to come in within some seconds; each waits a random time within a window first."""

    measured: Measured
    viewers: int
    within_seconds: float
    spread_seconds: float
    """The window within which the app waits before its first attempt, as the server said."""
    steps: Sequence[Step]
    limits: Sequence[Limit]
    retry_window_seconds: float = FIRST_PAUSE_SECONDS
    seed: int = 1

    def play(self) -> ArrivalOutcome:
        """Simulate all arrivals."""
        arrivals = _Arrivals(run=self, random=Random(self.seed))
        groups = min(self.viewers, MAX_GROUPS)
        wishes, spreads = (
            arrivals.times(groups, self.within_seconds),
            arrivals.times(groups, self.spread_seconds),
        )
        for wish, spread in zip(wishes, spreads, strict=True):
            arrivals.time.start(arrivals.come_in(self.viewers / groups, wish), after=wish + spread)
        arrivals.time.run()
        return ArrivalOutcome(
            waits=arrivals.waits, in_after=arrivals.time.seconds, throttled=arrivals.throttled
        )


@dataclass(slots=True, kw_only=True)
class _Arrivals:
    run: ArrivalRun
    random: Random
    time: SimulatedTime = field(default_factory=SimulatedTime)
    waits: Receptions = field(default_factory=Receptions)
    throttled: Counter[str] = field(default_factory=Counter)
    _buckets: dict[str, TokenBucket] = field(init=False)

    def __post_init__(self) -> None:
        self._buckets = {limit.name: TokenBucket(limit.per_second, limit.burst) for limit in self.run.limits}

    def times(self, groups: int, within_seconds: float) -> Sequence[float]:
        """Return a random time for each group.

        Groups of several viewers are spread evenly, in random order: random groups would come much less
        evenly than as many single viewers do.
        """
        places: list[float] = [self.random.random() for _ in range(groups)]
        if groups < self.run.viewers:
            places = [(at + place) / groups for at, place in enumerate(places)]
            self.random.shuffle(places)
        return [place * within_seconds for place in places]

    def come_in(self, viewers: float, wish: float) -> Process:
        """Go through the steps."""
        attempt = 0
        for step in self.run.steps:
            while (refused := self._refused(step, viewers)) is not None:
                self.throttled[refused] += round(viewers)
                yield self._pause(attempt)
                attempt += 1
            yield self.run.measured.sample(step.name, self.random)
        waited = self.time.seconds - wish
        self.waits.add(viewers, waited, waited)

    def _refused(self, step: Step, viewers: float) -> str | None:
        """Return the first limit that has no room; a group larger than a burst takes a whole one."""
        for name, taken in step.draws_on.items():
            bucket = self._buckets[name]
            if not bucket.take(min(viewers * taken, bucket.burst), self.time.seconds):
                return name
        return None

    def _pause(self, attempt: int) -> float:
        window = self.run.retry_window_seconds
        longest = max(LONGEST_PAUSE_SECONDS, MOST_WINDOWS * window)
        return self.random.random() * min(longest, window * 2.0**attempt)
