"""What the demo shows at one instant: the match, its moments, and each persona's screen."""

from collections import deque
from dataclasses import dataclass, field

from domain.match import Match, Score
from domain.match_clock import match_clock
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.tap_effect import TapEffect
from local.play.replay.persona import Message, Persona

LATEST_MOMENTS = 9


@dataclass(slots=True)
class DemoState:
    """Observes a replay and keeps what the terminal shows."""

    match: Match
    signals: int
    personas: tuple[Persona, ...]
    tap_effect: TapEffect
    posted: int = 0
    clock: str = "0:00"
    score: Score = field(default_factory=Score)
    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=LATEST_MOMENTS))
    screens: dict[str, Message] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def viewers(self) -> tuple[Persona, ...]:
        """The personas and the control."""
        return (*self.personas, self.tap_effect.control)

    def signal_posted(self, signal: Signal) -> None:
        """Set the match clock to that of the signal."""
        self.posted += 1
        if signal.match_event is not None:
            self.clock = match_clock(signal.match_event.period, signal.match_event.clock_seconds)

    def moment_published(self, moment: Moment) -> None:
        """Add a moment; the score is that of the newest moment in the order of play."""
        self.moments.append(moment)
        self.score = max(self.moments, key=lambda each: each.order).score

    def message_shown(self, persona: Persona, message: Message) -> None:
        """Set a persona's screen, and record the latency of a push."""
        self.screens[persona.name] = message
        trace = message.get("trace", {})
        received, posted = trace.get("signalReceivedAt"), trace.get("postedAt")
        if received is not None and posted is not None and not message.get("snapshot"):
            self.latencies_ms.append(float(posted - received))
        self.tap_effect.message_shown(persona, message)

    def team_of(self, moment: Moment) -> str:
        """Return the name of the team that a moment is about; empty if it is about neither."""
        return self.match.team(moment.side).name if moment.side else ""
