"""The match being played: when to post the next signals, and when all of it was shown."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal
from local.play.replay.crowd_process import CrowdProcess
from local.play.replay.feed_client import FeedClient
from local.play.replay.moment_log import MomentLog
from local.play.replay.pacing import telling, timed
from local.play.replay.plan import Audience, ReplayPlan
from local.play.replay.watcher import Watcher

MOMENT_SECONDS = 0.5
FIRST_MOMENT_SECONDS = 20.0
SLOWEST_TIMES = 3
"""How long to wait for a moment: so many times the slowest so far, for an engine on a JVM warms up."""
CONTEXT_SECONDS = 2.0
SHOWN_SECONDS = 60.0
QUIET_SECONDS = 2.0
LONGEST_SETTLING_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class Stage:
    """The match being played."""

    plan: ReplayPlan
    feed: FeedClient
    crowd: CrowdProcess
    watcher: Watcher
    log: MomentLog
    audience: Audience | None
    slowest_seconds: float | None = None

    async def play_fast(self) -> None:
        """Post up to each entry that may tell something, and go on as soon as every screen shows it.

        One moment at a time, and not before all reports of the last one are answered: the latencies are the
        system's, not those of a queue of the replay's own making.
        """
        for batch in telling(self.plan.signals):
            version = self.watcher.version
            await self._post(batch)
            if await self._moment_comes() and await self.watcher.newer(
                version, timeout_seconds=CONTEXT_SECONDS
            ):
                await self._everybody_shows()
                await self.crowd.answered(timeout_seconds=SHOWN_SECONDS)

    async def play_timed(self) -> None:
        """Post each signal when it is due, as a live feed does."""
        start = time.monotonic()
        for due_seconds, batch in timed(self.plan.signals, self.plan.speed):
            while (wait := start + due_seconds - time.monotonic()) > 0:
                await asyncio.sleep(min(wait, 0.1))
                await self._collect()
            await self._post(batch)

    async def settle(self) -> None:
        """Wait for the final whistle's moment and a while of quiet, and for every screen to show the newest.

        An engine that is still busy with the match says nothing for longer than that while: only a whistle
        that does not come at all is given up.
        """
        news_at, version = time.monotonic(), self.watcher.version
        while (quiet := time.monotonic() - news_at) < LONGEST_SETTLING_SECONDS:
            if await self._collect() or self.watcher.version != version:
                news_at, version = time.monotonic(), self.watcher.version
            elif quiet >= QUIET_SECONDS and self._is_over():
                break
            await asyncio.sleep(0.05)
        await self._everybody_shows()

    def _is_over(self) -> bool:
        """Whether the last moment that the feed can make was heard."""
        whistles = any(
            signal.match_event is not None and signal.match_event.type is MatchEventType.MATCH_END
            for signal in self.plan.signals
        )
        heard = any(moment.type is MomentType.FULL_TIME for moment in self.log.of(self.plan.match.id))
        return heard or not whistles

    async def _post(self, batch: list[Signal]) -> None:
        await self.feed.post(self.plan.match.id, batch)
        if self.audience is not None:
            for signal in batch:
                self.audience.played(signal)

    async def _moment_comes(self) -> bool:
        began = time.monotonic()
        slowest = self.slowest_seconds
        patience = FIRST_MOMENT_SECONDS if slowest is None else max(MOMENT_SECONDS, SLOWEST_TIMES * slowest)
        while (waited := time.monotonic() - began) < patience:
            if await self._collect():
                self.slowest_seconds = max(slowest or 0.0, waited)
                return True
            await asyncio.sleep(0.01)
        return False

    async def _collect(self) -> int:
        tell: Callable[[Moment], None] | None = self.audience.found if self.audience else None
        return await asyncio.to_thread(self.log.collect, tell)

    async def _everybody_shows(self) -> None:
        version = self.watcher.version
        await self.crowd.shown(self.plan.match.id, version=version, timeout_seconds=SHOWN_SECONDS)
