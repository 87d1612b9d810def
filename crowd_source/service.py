"""Read posts, count them and write the counts, until cancelled."""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crowd_source.health import HealthReporter
from crowd_source.ports import Control, PostSource, SentimentJudge, SignalSink, SourceError
from crowd_source.sentiment_sampler import SentimentSampler
from domain.crowd.aggregate import PostAggregator
from domain.crowd.watch_list import WatchList

LOGGER = logging.getLogger(__name__)
TICK_SECONDS = 1.0
GRACE = timedelta(seconds=2)
"""How long after its end an interval waits for posts; a post of a later interval closes it at once."""
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 1.0, 60.0


def pause_seconds(failures: int, chance: float) -> float:
    """Return the pause after a number of consecutive failures: exponential backoff with full jitter."""
    longest = min(MIN_PAUSE_SECONDS * 2.0 ** min(failures, 10), MAX_PAUSE_SECONDS)
    return chance * longest


class CrowdService:
    """Writes the counts of one source to one sink, for the matches that operators choose."""

    def __init__(
        self,
        *,
        source: PostSource,
        judge: SentimentJudge,
        sink: SignalSink,
        control: Control,
        control_seconds: float,
        health: HealthReporter,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
        chance: Callable[[], float] = random.random,
        tick_seconds: float = TICK_SECONDS,
    ) -> None:
        self._source = source
        self._sink = sink
        self._control = control
        self._control_seconds = control_seconds
        self._health = health
        self._now = now
        self._chance = chance
        self._tick_seconds = tick_seconds
        self._aggregator = PostAggregator(source.name)
        self._sampler = SentimentSampler(judge, self._aggregator)
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Read posts while matches are watched, until cancelled; reconnect when the watch list changes."""
        watched = WatchList()
        reading: asyncio.Task[None] | None = None
        try:
            while True:
                wanted = await self._control.read()
                if wanted.matches != watched.matches:
                    await _stop(reading)
                    watched, reading = wanted, None
                    self._aggregator.follow(watched.match_ids)
                    LOGGER.info("%s: watching %d matches", self._source.name, len(watched.matches))
                    if watched.matches:
                        reading = asyncio.create_task(self._read(watched))
                if reading is not None and reading.done():
                    reading.result()
                await self._health.report(self._source.messages if reading is not None else None)
                await asyncio.sleep(self._control_seconds)
        finally:
            await _stop(reading)

    async def _read(self, watched: WatchList) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tick())
            tasks.create_task(self._read_posts(watched))

    async def _read_posts(self, watched: WatchList) -> None:
        failures = 0
        while True:
            try:
                async for post in self._source.posts(watched):
                    failures = 0
                    self.counts["posts"] += 1
                    match_ids = watched.matches_of(post.text)
                    for match_id in match_ids:
                        await self._sink.publish(self._aggregator.add(match_id, post.at))
                    await self._sampler.add_post(post, match_ids)
            except SourceError as error:
                self.counts["reconnections"] += 1
                pause = max(pause_seconds(failures, self._chance()), error.wait_seconds)
                LOGGER.warning("%s; reconnecting in %.1f s", error, pause)
                failures += 1
                await asyncio.sleep(pause)

    async def _tick(self) -> None:
        """Close intervals by the clock, for when no post arrives."""
        while True:
            await asyncio.sleep(self._tick_seconds)
            await self._sampler.judge_pending()
            await self._sink.publish(list(self._aggregator.close_until(self._now() - GRACE)))


async def _stop(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
