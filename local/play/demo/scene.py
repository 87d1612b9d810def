"""What is to be seen of a demo at one instant: the match, the moments, and each persona's screen."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from domain.match import Match, Score
from domain.match_clock import match_clock
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.loop import ClosedLoop
from local.play.replay.watcher import Message, Persona

KEPT_MOMENTS = 9


@dataclass(slots=True)
class Scene:
    """Follows a replay and remembers what a person would look at."""

    match: Match
    signals: int
    personas: tuple[Persona, ...]
    loop: ClosedLoop
    posted: int = 0
    clock: str = "0:00"
    score: Score = field(default_factory=Score)
    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=KEPT_MOMENTS))
    screens: dict[str, Message] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)
    now: datetime | None = None

    def played(self, signal: Signal) -> None:
        """The match clock follows the feed."""
        self.posted += 1
        self.now = signal.occurred_at
        if signal.match_event is not None:
            self.clock = match_clock(signal.match_event.period, signal.match_event.clock_seconds)

    def found(self, moment: Moment) -> None:
        """A moment joins the timeline; its score counts if it is the newest in play."""
        self.moments.append(moment)
        self.score = max(self.moments, key=lambda each: each.order).score

    def shown(self, persona: Persona, message: Message) -> None:
        """A persona's app shows a message."""
        self.screens[persona.name] = message
        received, sent = (
            message.get("trace", {}).get("signalReceivedAt"),
            message.get("trace", {}).get("postedAt"),
        )
        if received is not None and sent is not None and not message.get("snapshot"):
            self.latencies_ms.append(float(sent - received))
        self.loop.shown(persona, message)

    def team_of(self, moment: Moment) -> str:
        """The name of the team that a moment is about; empty if it is about neither."""
        return self.match.team(moment.side).name if moment.side else ""
