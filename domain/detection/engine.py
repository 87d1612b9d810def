"""The engine of one match: feed, crowd and broadcast behind one door, for every shell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from domain.broadcast.match_broadcast import MatchBroadcast
from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS, MatchDetector
from domain.detection.outcome import Outcome, Part, Refusal, Verdict
from domain.detection.rules import DEFAULT_RULES, Rule
from domain.detection.sequence import SequenceNumbers
from domain.moment import CROWD_MOMENTS, Moment
from domain.signal import Signal, SignalKind
from domain.situation import Situation

CLOSE_AFTER_SILENCE = timedelta(hours=36)
"""A match is closed when no signal came for so long: a suspended match resumes on the next day."""


class CrowdDetector(Protocol):
    """Finds the moments of one match in counted posts: bounded memory, no clock, no look-ahead."""

    def verdict_of(self, signal: Signal) -> Verdict:
        """Return what becomes of a signal that is not a feed entry."""
        ...

    def observe(self, signal: Signal) -> Sequence[Moment]:
        """Return the moments that counted posts make; the engine fills in score and clock."""
        ...

    def decorate(self, moments: Sequence[Moment]) -> Sequence[Moment]:
        """Return the feed's moments, decorated where the crowd noticed them."""
        ...

    def state(self) -> dict[str, Any]:
        """Return everything that a checkpoint must store, JSON-safe."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the detector from a checkpoint."""
        ...


CrowdFactory = Callable[[str], CrowdDetector]
"""Makes the crowd detector of a match, given the match's id."""


class MatchEngine:
    """All detectors of one match; the only thing that an engine's shell drives.

    It numbers what it publishes, and adds the situation of the match to it.
    """

    def __init__(
        self,
        match_id: str,
        *,
        rules: Sequence[Rule] = DEFAULT_RULES,
        lateness_seconds: float = DEFAULT_LATENESS_SECONDS,
        crowd: CrowdFactory | None = None,
    ) -> None:
        self._feed = MatchDetector(match_id, rules, lateness_seconds=lateness_seconds)
        self._crowd = crowd(match_id) if crowd is not None else None
        self._broadcast = MatchBroadcast()
        self._sequence = SequenceNumbers()

    @property
    def situation(self) -> Situation:
        """Return the situation of the match by the signals so far."""
        return self._feed.situation

    def observe(self, signal: Signal) -> Outcome:
        """Return what one signal leads to; moments have their media time if the broadcast has shown it."""
        outcome = self._detect(signal)
        if not outcome.moments:
            return outcome
        if signal.kind is not SignalKind.OBSERVATION:
            outcome = replace(
                outcome,
                moments=self._broadcast.decorate(outcome.moments),
                changed=outcome.changed | {Part.BROADCAST},
            )
        situation = self.situation
        return replace(
            outcome,
            moments=tuple(
                replace(moment, sequence=self._sequence.next(signal.occurred_at), situation=situation)
                for moment in outcome.moments
            ),
            changed=outcome.changed | {Part.PUBLICATION},
        )

    def _detect(self, signal: Signal) -> Outcome:
        if signal.match_event is not None:
            outcome = self._feed.observe(signal)
            if self._crowd is None or not outcome.moments:
                return outcome
            return replace(
                outcome,
                moments=tuple(self._crowd.decorate(outcome.moments)),
                changed=outcome.changed | {Part.CROWD},
            )
        if signal.kind is SignalKind.OBSERVATION:
            return Outcome(moments=self._broadcast.observe(signal), changed=frozenset({Part.BROADCAST}))
        if self._crowd is None:
            return Outcome()
        verdict = self._crowd.verdict_of(signal)
        if verdict is not Verdict.ACCEPTED:
            return Outcome(verdict=verdict)
        moments = tuple(
            self._feed.place(moment) if moment.type in CROWD_MOMENTS else moment
            for moment in self._crowd.observe(signal)
        )
        return Outcome(moments=moments, changed=frozenset({Part.CROWD}))

    def close(self) -> tuple[Refusal, ...]:
        """Forget a match that was silent for long, but for the fact; return what still waited, refused."""
        self._crowd = None
        self._broadcast = MatchBroadcast()
        return self._feed.close()

    def state_of(self, part: Part) -> dict[str, Any] | None:
        """Return what a checkpoint must store of one part, JSON-safe and bounded; None if there is none."""
        if part is Part.FEED:
            return self._feed.state()
        if part is Part.MOMENTUM:
            return self._feed.momentum_state()
        if part is Part.BROADCAST:
            return self._broadcast.state()
        if part is Part.PUBLICATION:
            return self._sequence.state()
        return self._crowd.state() if self._crowd is not None else None

    def state(self) -> dict[str, Any]:
        """Return everything that a checkpoint must store."""
        return {part.value: self.state_of(part) for part in Part}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the engine from a checkpoint; a part that it does not have had no state."""
        restores: dict[Part, Callable[[Mapping[str, Any]], None]] = {
            Part.MOMENTUM: self._feed.restore_momentum,
            Part.FEED: self._feed.restore,
            Part.BROADCAST: self._broadcast.restore,
            Part.PUBLICATION: self._sequence.restore,
        }
        if self._crowd is not None:
            restores[Part.CROWD] = self._crowd.restore
        for part, restore in restores.items():
            stored = state.get(part.value)
            if stored is not None:
                restore(stored)
