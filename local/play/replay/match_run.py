"""One run of a match: when to post the next signals, and when every screen shows what they caused."""

import asyncio
import time
from dataclasses import dataclass

from domain.match_event import MatchEventType
from domain.moment import MomentType
from domain.signal import Signal
from local.play.replay.feed_client import FeedClient
from local.play.replay.moment_log import MomentLog
from local.play.replay.observer import ReplayObserver
from local.play.replay.pacing import Pace, moment_batches, timed_batches
from local.play.replay.persona_app import PersonaApp
from local.play.replay.plan import ReplayPlan
from local.play.replay.viewers_process import ViewersProcess

SLOWEST_TIMES = 3
"""Wait for a moment up to this many times the slowest one so far: an engine on a JVM needs to warm up."""
CONTEXT_SECONDS = 2.0
SHOWN_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long a run waits for moments, and how long nothing may come before it has settled."""

    moment_seconds: float = 0.5
    first_moment_seconds: float = 20.0
    quiet_seconds: float = 2.0
    last_version_seconds: float = 15.0
    settling_seconds: float = 60.0


@dataclass(slots=True, kw_only=True)
class MatchRun:
    """Posts the signals of a match and waits for their effect on the screens; `app` is the one it follows."""

    plan: ReplayPlan
    feed: FeedClient
    viewers: ViewersProcess
    app: PersonaApp
    log: MomentLog
    observer: ReplayObserver | None
    timeouts: Timeouts = Timeouts()
    slowest_seconds: float | None = None

    async def play_fast(self) -> None:
        """Post up to each entry that may cause a moment, and continue when every screen shows it.

        One moment at a time, and only after all interactions of the previous one are acknowledged: so the
        latencies are the system's, not those of a queue that the replay itself fills.
        """
        for batch in moment_batches(self.plan.signals):
            if self.plan.pause_between_moments is not None:
                await self.plan.pause_between_moments()
            version = self.app.version
            await self._post(batch)
            if await self._wait_for_moment() and await self.app.wait_for_version_after(
                version, timeout_seconds=CONTEXT_SECONDS
            ):
                await self._wait_for_screens()
                await self.viewers.wait_until_answered(timeout_seconds=SHOWN_SECONDS)

    async def play_timed(self, pace: Pace) -> None:
        """Post each signal when it is due, as a live feed does."""
        start = time.monotonic()
        for due_seconds, batch in timed_batches(self.plan.signals, pace):
            while (wait := start + due_seconds - time.monotonic()) > 0:
                await asyncio.sleep(min(wait, 0.1))
                await self._collect()
            await self._post(batch)

    async def settle(self) -> None:
        """Wait until FULL_TIME is shown, nothing new has come for a while, and every screen is current.

        A busy engine can be silent for longer than that while, so the run gives up only if FULL_TIME does not
        come within `settling_seconds`, or its version not within `last_version_seconds`.
        """
        news_at, version = time.monotonic(), self.app.version
        while time.monotonic() - news_at < self._longest_silence():
            if await self._collect() or self.app.version != version:
                news_at, version = time.monotonic(), self.app.version
            await asyncio.sleep(0.05)
        await self._wait_for_screens()

    def _longest_silence(self) -> float:
        """Return for how many seconds nothing may come before the run has settled."""
        if not self._is_over():
            return self.timeouts.settling_seconds
        return (
            self.timeouts.quiet_seconds if self._has_shown_the_end() else self.timeouts.last_version_seconds
        )

    def _is_over(self) -> bool:
        """True if FULL_TIME was published, or the feed has no end of the match."""
        moments = self.log.final_moments(self.plan.match.id)
        return not self._has_end() or any(moment.type is MomentType.FULL_TIME for moment in moments)

    def _has_shown_the_end(self) -> bool:
        """True if a version of FULL_TIME has come, or the feed has no end of the match."""
        shown = [message.get("moment") for message in self.app.messages.values()]
        return not self._has_end() or any(each and each["type"] == MomentType.FULL_TIME for each in shown)

    def _has_end(self) -> bool:
        return any(
            signal.match_event is not None and signal.match_event.type is MatchEventType.MATCH_END
            for signal in self.plan.signals
        )

    async def _post(self, batch: list[Signal]) -> None:
        await self.feed.post(self.plan.match.id, batch)
        if self.observer is not None:
            for signal in batch:
                self.observer.signal_posted(signal)

    async def _wait_for_moment(self) -> bool:
        start = time.monotonic()
        slowest, timeout = self.slowest_seconds, self.timeouts.first_moment_seconds
        if slowest is not None:
            timeout = max(self.timeouts.moment_seconds, SLOWEST_TIMES * slowest)
        while (waited := time.monotonic() - start) < timeout:
            if await self._collect():
                self.slowest_seconds = max(slowest or 0.0, waited)
                return True
            await asyncio.sleep(0.01)
        return False

    async def _collect(self) -> int:
        on_moment = self.observer.moment_published if self.observer else None
        return await asyncio.to_thread(self.log.collect, on_moment)

    async def _wait_for_screens(self) -> None:
        match_id, version = self.plan.match.id, self.app.version
        await self.viewers.wait_until_shown(match_id, version=version, timeout_seconds=SHOWN_SECONDS)
