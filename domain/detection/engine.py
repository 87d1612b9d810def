"""The engine of one match: feed, crowd and broadcast behind one door, for every shell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from domain.broadcast.match_broadcast import MatchBroadcast
from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS, MatchDetector
from domain.detection.outcome import Outcome, Part, Verdict
from domain.detection.rules import DEFAULT_RULES, Rule
from domain.moment import CROWD_MOMENTS, Moment
from domain.signal import Signal, SignalKind


class CrowdDetector(Protocol):
    """What the crowd tells of one match: bounded memory, no clock, no look-ahead."""

    def verdict_of(self, signal: Signal) -> Verdict:
        """What becomes of a signal that is no feed entry: whether it is heard, or why not."""
        ...

    def observe(self, signal: Signal) -> Sequence[Moment]:
        """The moments that counted posts make; the engine fills in score and clock."""
        ...

    def decorate(self, moments: Sequence[Moment]) -> Sequence[Moment]:
        """Moments of the feed, decorated where the crowd noticed them."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        ...


CrowdFactory = Callable[[str], CrowdDetector]
"""Makes the crowd detector of a match, given the match's id."""


class MatchEngine:
    """Everything that watches one match; the only thing that an engine's shell drives."""

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

    @property
    def ended(self) -> bool:
        """Whether the match is over; its owner then waits for stragglers and calls `let_go`."""
        return self._feed.ended_at is not None

    def observe(self, signal: Signal) -> Outcome:
        """What one signal leads to; each moment with its media time, as far as the broadcast has shown it."""
        if signal.kind is SignalKind.OBSERVATION:
            return Outcome(moments=self._broadcast.observe(signal), changed=frozenset({Part.BROADCAST}))
        outcome = self._detect(signal)
        if not outcome.moments:
            return outcome
        return replace(
            outcome,
            moments=self._broadcast.decorate(outcome.moments),
            changed=outcome.changed | {Part.BROADCAST},
        )

    def _detect(self, signal: Signal) -> Outcome:
        if signal.kind is SignalKind.MATCH_EVENT:
            outcome = self._feed.observe(signal)
            if self._crowd is None or not outcome.moments:
                return outcome
            return Outcome(
                moments=tuple(self._crowd.decorate(outcome.moments)),
                verdict=outcome.verdict,
                changed=outcome.changed | {Part.CROWD},
            )
        if self._crowd is None:
            return Outcome()
        verdict = self._crowd.verdict_of(signal)
        if verdict is not Verdict.ACCEPTED:
            return Outcome(verdict=verdict)
        moments = tuple(
            self._feed.placed(moment) if moment.type in CROWD_MOMENTS else moment
            for moment in self._crowd.observe(signal)
        )
        return Outcome(moments=moments, changed=frozenset({Part.CROWD}))

    def let_go(self) -> None:
        """Forget a match that is over, but for the fact."""
        self._feed.let_go()
        self._crowd = None
        self._broadcast = MatchBroadcast()

    def state_of(self, part: Part) -> dict[str, Any] | None:
        """What a checkpoint must hold of one part, JSON-safe and bounded; None if there is no such part."""
        if part is Part.FEED:
            return self._feed.state()
        if part is Part.BROADCAST:
            return self._broadcast.state()
        return self._crowd.state() if self._crowd is not None else None

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold."""
        return {part.value: self.state_of(part) for part in Part}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint; a part that it does not hold had nothing to remember."""
        feed, crowd, broadcast = (state.get(part.value) for part in Part)
        if feed is not None:
            self._feed.restore(feed)
        if self._crowd is not None and crowd is not None:
            self._crowd.restore(crowd)
        if broadcast is not None:
            self._broadcast.restore(broadcast)
