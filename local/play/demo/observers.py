"""Observers of the demo's replay: one moves the programme's clock, one prints lines without a terminal."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from rich.console import Console

from domain.match_clock import match_clock
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.state import DemoState
from local.play.demo.words import moment_words, occasion, sources, title_of
from local.play.replay.observer import ReplayObserver
from local.play.replay.persona import Message, Persona
from local.play.web.clock import BEHIND_SECONDS, ProgrammeClock

PRINT_EVERY_SECONDS = 0.1
Report = dict[str, Any]


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
    """Prints a line for each moment and each screen that changes, where there is no terminal to draw on."""

    def __init__(self, state: DemoState, console: Console) -> None:
        self._state = state
        self._console = console
        self._printed: dict[str, str] = {}

    def signal_posted(self, signal: Signal) -> None:
        """Update the state."""
        self._state.signal_posted(signal)

    def moment_published(self, moment: Moment) -> None:
        """Print the moment."""
        self._state.moment_published(moment)
        clock = match_clock(moment.period, moment.clock_seconds)
        self._console.print(f"{clock:>8}  {moment_words(moment, self._state.match)}")

    def message_shown(self, persona: Persona, message: Message) -> None:
        """Update the state, and print the effect of taps when it changes."""
        effect = self._state.tap_effect.summary
        self._state.message_shown(persona, message)
        if self._state.tap_effect.summary != effect:
            self._console.print(f"[bold green]{self._state.tap_effect.summary}[/bold green]")

    async def follow(self, replaying: Coroutine[Any, Any, Report]) -> Report:
        """Print the screens that change while a match is replayed; return its report."""
        printing = asyncio.create_task(self._keep_printing())
        try:
            return await until_seen(replaying)
        finally:
            printing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await printing

    async def _keep_printing(self) -> None:
        while True:
            await asyncio.sleep(PRINT_EVERY_SECONDS)
            self._print_changes()

    def _print_changes(self) -> None:
        for persona in self._state.personas:
            shown = self._state.shown(persona)
            titles = ", ".join(title_of(each) for each in shown.placements.values())
            line = f"{titles} ({occasion(shown)}: {sources(shown.placements.values())})" if titles else ""
            if line != self._printed.get(persona.name, ""):
                self._printed[persona.name] = line
                self._console.print(f"          {persona.name}: {line or 'nothing but the match'}")


async def until_seen(replaying: Coroutine[Any, Any, Report]) -> Report:
    """Replay a match, and wait until viewers' pictures are at its end; return the report."""
    report = await replaying
    await asyncio.sleep(BEHIND_SECONDS)
    return report
