"""What the demo shows at one instant: the match, its moments, and each persona's screen."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from domain.match import Match, Score
from domain.match_clock import match_clock
from domain.metrics import Step
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.selling import is_quiet, without_selling
from local.play.demo.tap_effect import TapEffect
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_screen import PersonaScreen, Shown
from local.play.web.clock import ProgrammeClock

LATEST_MOMENTS = 9
_TIMES = ("signalReceivedAt", "momentDetectedAt", "contextBuiltAt", "plannedAt", "recommendedAt", "postedAt")


@dataclass(slots=True)
class DemoState:
    """Observes a replay and keeps what the terminal shows when the picture is where its clock is."""

    match: Match
    signals: int
    personas: tuple[Persona, ...]
    tap_effect: TapEffect
    picture: ProgrammeClock
    posted: int = 0
    clock: str = "0:00"
    score: Score = field(default_factory=Score)
    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=LATEST_MOMENTS))
    screens: dict[str, PersonaScreen] = field(default_factory=dict)
    _paths: list[tuple[float, ...]] = field(default_factory=list)

    @property
    def viewers(self) -> tuple[Persona, ...]:
        """The personas and the control."""
        return (*self.personas, self.tap_effect.control)

    def shown(self, persona: Persona) -> Shown:
        """Return what is on a persona's screen now."""
        screen = self.screens.setdefault(persona.name, PersonaScreen())
        now = self.picture.viewers_time()
        shown = screen.at(now)
        quiet = is_quiet(screen.reached(now), self.picture.seconds_since)
        return without_selling(shown) if quiet else shown

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
        """Give a persona's app a version, and record how long a push took to each step."""
        self.screens.setdefault(persona.name, PersonaScreen()).receive(message)
        times = [message.get("trace", {}).get(name) for name in _TIMES]
        if not message.get("snapshot") and None not in times:
            self._paths.append(tuple(float(time) for time in times))
        self.tap_effect.message_shown(persona, message)

    def latency(self) -> str:
        """Return the median from the feed's post to the post of a message, and the medians of its steps."""
        if not self._paths:
            return "no moment on a screen yet"
        steps = ", ".join(
            f"{step.value} {median(path[number + 1] - path[number] for path in self._paths):.0f}"
            for number, step in enumerate(Step)
            if number + 1 < len(_TIMES)
        )
        total = median(path[-1] - path[0] for path in self._paths)
        return f"median from feed to socket {total:.0f} ms over {len(self._paths)} messages (steps: {steps})"
