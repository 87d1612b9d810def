"""The engine of one match: feed, crowd and broadcast behind one door, for every shell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from domain.broadcast.match_broadcast import MatchBroadcast
from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS, MatchDetector
from domain.detection.outcome import Outcome, Verdict
from domain.detection.rules import DEFAULT_RULES, Rule
from domain.moment import CROWDS_OWN, Moment
from domain.signal import Signal, SignalKind


class CrowdDetector(Protocol):
    """What the crowd tells of one match: bounded memory, no clock, no look-ahead."""

    def verdict_of(self, signal: Signal) -> Verdict:
        """What becomes of a signal that is no feed entry: whether it is heard, or why not."""
        ...

    def observe(self, signal: Signal) -> Sequence[Moment]:
        """The moments that counted posts make; the engine fills in score and clock."""
        ...

    def explain(self, moments: Sequence[Moment]) -> Sequence[Moment]:
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
            return Outcome(moments=self._broadcast.observe(signal), state_changed=True)
        outcome = self._told(signal)
        return replace(outcome, moments=self._broadcast.decorate(outcome.moments))

    def _told(self, signal: Signal) -> Outcome:
        if signal.kind is SignalKind.MATCH_EVENT:
            outcome = self._feed.observe(signal)
            if self._crowd is None or not outcome.moments:
                return outcome
            return Outcome(
                moments=tuple(self._crowd.explain(outcome.moments)),
                verdict=outcome.verdict,
                state_changed=True,
            )
        if self._crowd is None:
            return Outcome()
        verdict = self._crowd.verdict_of(signal)
        if verdict is not Verdict.ACCEPTED:
            return Outcome(verdict=verdict)
        moments = tuple(
            self._feed.placed(moment) if moment.type in CROWDS_OWN else moment
            for moment in self._crowd.observe(signal)
        )
        return Outcome(moments=moments, state_changed=True)

    def let_go(self) -> None:
        """Forget a match that is over, but for the fact."""
        self._feed.let_go()
        self._crowd = None
        self._broadcast = MatchBroadcast()

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe and bounded."""
        return {
            "feed": self._feed.state(),
            "crowd": self._crowd.state() if self._crowd else None,
            "broadcast": self._broadcast.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._feed.restore(state["feed"])
        if self._crowd is not None and state["crowd"] is not None:
            self._crowd.restore(state["crowd"])
        if "broadcast" in state:
            self._broadcast.restore(state["broadcast"])
