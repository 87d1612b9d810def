"""Observers of the demo's replay: one moves the programme's clock, one prints lines without a terminal."""

from rich.console import Console

from domain.match_clock import match_clock
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.state import DemoState
from local.play.replay.observer import ReplayObserver
from local.play.replay.persona import Message, Persona
from local.play.web.clock import ProgrammeClock


class ClockedObserver:
    """Moves the programme's clock with the signals, and passes everything to another observer."""

    def __init__(self, observer: ReplayObserver, clock: ProgrammeClock) -> None:
        self._observer = observer
        self._clock = clock
        self.moment_published = observer.moment_published
        self.message_shown = observer.message_shown

    def signal_posted(self, signal: Signal) -> None:
        """Move the clock first, so that the picture shows what the observer sees."""
        self._clock.signal_posted(signal)
        self._observer.signal_posted(signal)


class PrintingObserver:
    """Prints a line for each moment and each new screen, where there is no terminal to draw on."""

    def __init__(self, state: DemoState, console: Console) -> None:
        self._state = state
        self._console = console

    def signal_posted(self, signal: Signal) -> None:
        """Update the state."""
        self._state.signal_posted(signal)

    def moment_published(self, moment: Moment) -> None:
        """Print the moment."""
        self._state.moment_published(moment)
        clock = match_clock(moment.period, moment.clock_seconds)
        self._console.print(
            f"{clock:>8}  {moment.type.value}  {self._state.team_of(moment)} {moment.player or ''}"
        )

    def message_shown(self, persona: Persona, message: Message) -> None:
        """Print the components on the persona's screen, and the effect of taps when it changes."""
        effect = self._state.tap_effect.summary
        self._state.message_shown(persona, message)
        shown = ", ".join(
            f"{each.get('title') or each['componentId']} ({each['rung']})" for each in message["placements"]
        )
        self._console.print(f"          v{message['version']} {persona.name}: {shown or 'no change'}")
        if self._state.tap_effect.summary != effect:
            self._console.print(f"[bold green]{self._state.tap_effect.summary}[/bold green]")
