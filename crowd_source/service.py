"""Listening, counting and handing on, until told to stop."""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crowd_source.mood import Mood
from crowd_source.ports import Control, PostSource, SentimentJudge, SignalSink, SourceError
from domain.crowd.aggregate import PostAggregator
from domain.crowd.watch_list import WatchList

LOGGER = logging.getLogger(__name__)
TICK_SECONDS = 1.0
GRACE = timedelta(seconds=2)
"""How long the clock leaves an interval open for posts on their way; a later post closes it at once."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


def pause_seconds(failures: int, chance: float) -> float:
    """How long to wait after so many failures in a row: up to twice as long each time, by full jitter."""
    longest = min(FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 10), LONGEST_PAUSE_SECONDS)
    return chance * longest


class CrowdService:
    """One source into one sink, under the operators' control."""

    def __init__(
        self,
        *,
        source: PostSource,
        judge: SentimentJudge,
        sink: SignalSink,
        control: Control,
        control_seconds: float,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
        chance: Callable[[], float] = random.random,
        tick_seconds: float = TICK_SECONDS,
    ) -> None:
        self._source = source
        self._sink = sink
        self._control = control
        self._control_seconds = control_seconds
        self._now = now
        self._chance = chance
        self._tick_seconds = tick_seconds
        self._aggregator = PostAggregator(source.name)
        self._mood = Mood(judge, self._aggregator)
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Listen while matches are watched; begin anew when the watch list changes. Ends when cancelled."""
        watched = WatchList()
        listening: asyncio.Task[None] | None = None
        try:
            while True:
                wanted = await self._control.read()
                if wanted.matches != watched.matches:
                    await _stop(listening)
                    watched, listening = wanted, None
                    self._aggregator.follow(watched.match_ids)
                    LOGGER.info("%s: %d matches are watched", self._source.name, len(watched.matches))
                    if watched.matches:
                        listening = asyncio.create_task(self._listen(watched))
                if listening is not None and listening.done():
                    listening.result()
                await asyncio.sleep(self._control_seconds)
        finally:
            await _stop(listening)

    async def _listen(self, watched: WatchList) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tick())
            tasks.create_task(self._connect_for_ever(watched))

    async def _connect_for_ever(self, watched: WatchList) -> None:
        failures = 0
        while True:
            try:
                async for post in self._source.posts(watched):
                    failures = 0
                    self.counts["posts"] += 1
                    match_ids = watched.matches_of(post.text)
                    for match_id in match_ids:
                        await self._sink.publish(self._aggregator.add(match_id, post.at))
                    await self._mood.offer(post, match_ids)
            except SourceError as error:
                self.counts["reconnections"] += 1
                pause = max(pause_seconds(failures, self._chance()), error.wait_seconds)
                LOGGER.warning("%s; again in %.1f s", error, pause)
                failures += 1
                await asyncio.sleep(pause)

    async def _tick(self) -> None:
        """Silence closes intervals too."""
        while True:
            await asyncio.sleep(self._tick_seconds)
            await self._mood.judge_waiting()
            await self._sink.publish(list(self._aggregator.close_until(self._now() - GRACE)))


async def _stop(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
