"""The screens of one viewer: those that the terminal prints, and those that the browser shows.

Both are dated by the second of the stream, which is the video's own time: each segment is a second.
"""

import io
import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Frame, Page
from rich.console import Console

from local.play.web.clock import ProgrammeClock
from local.play.web.stream import LiveStream

_RECORDER = Path(__file__).with_name("screens.js").read_text(encoding="utf-8")
_NOTHING = "nothing but the match"
_DATE = "#EXT-X-PROGRAM-DATE-TIME:"


@dataclass(frozen=True, slots=True)
class TimedScreen:
    """The titles on a screen, and the seconds of the stream for which they were there.

    A title with a comma counts as two, because the terminal prints a comma between titles.
    """

    titles: tuple[str, ...]
    seconds: float


class PrintedScreens(io.StringIO):
    """The output of a demo's terminal; it keeps what is printed of one persona, with the programme time."""

    def __init__(self, *, persona: str, clock: ProgrammeClock) -> None:
        super().__init__()
        self._persona = persona
        self._clock = clock
        self._printed: list[tuple[datetime, tuple[str, ...]]] = [(clock.viewers_time(), ())]

    def write(self, text: str) -> int:
        """Keep the titles if this is a line of the persona."""
        titles = printed_titles(text, self._persona)
        if titles is not None:
            self._printed.append((self._clock.viewers_time(), titles))
        return super().write(text)

    def console(self) -> Console:
        """Return a console that prints each line whole."""
        return Console(file=self, width=1_000, markup=False)

    def until(self, ended: datetime, stream: LiveStream) -> list[TimedScreen]:
        """Return what was printed until a programme time, each with its seconds until the next."""
        seconds = [(second_of(at, stream), titles) for at, titles in [*self._printed, (ended, ())]]
        return [TimedScreen(titles, until - since) for (since, titles), (until, _) in pairwise(seconds)]


def printed_titles(text: str, persona: str) -> tuple[str, ...] | None:
    """Return the titles of a printed line; None if it is not about the persona's screen."""
    line, start = text.strip(), f"{persona}: "
    return _titles(line.removeprefix(start)) if line.startswith(start) else None


def record_screens(app: Page | Frame) -> None:
    """Start to record the screens of the app in a page or a frame."""
    app.evaluate(_RECORDER)


def recorded_screens(app: Page | Frame, until: float = math.inf) -> list[TimedScreen]:
    """Return the screens since the recording started and until a second of the stream."""
    return [
        TimedScreen(_split(", ".join(each["titles"])), min(each["until"], until) - each["since"])
        for each in app.evaluate("window.screens")
        if each["since"] < until
    ]


def missing(
    wanted: Sequence[TimedScreen], found: Sequence[TimedScreen], *, seconds: float
) -> list[TimedScreen]:
    """Return the wanted screens of at least so many seconds that are not found in the same order."""
    lost, next_one = [], 0
    for screen in wanted:
        if screen.seconds < seconds:
            continue
        same = [number for number in range(next_one, len(found)) if found[number].titles == screen.titles]
        if same:
            next_one = same[0]
        else:
            lost.append(screen)
    return lost


def second_of(programme_time: datetime, stream: LiveStream) -> float:
    """Return the second of the stream at which the picture reaches a programme time, at most its end."""
    segments = [
        datetime.fromisoformat(line.removeprefix(_DATE))
        for line in stream.playlist().splitlines()
        if line.startswith(_DATE)
    ]
    number = max(bisect(segments, programme_time) - 1, 0)
    if number + 1 >= len(segments):
        return float(len(segments))
    since, until = segments[number], segments[number + 1]
    return number + (programme_time - since) / (until - since)


def _titles(line: str) -> tuple[str, ...]:
    """Return the titles of a line such as `The chat, A quiz (Italy scored: ranked for this viewer)`."""
    return () if line == _NOTHING else _split(line.rpartition(" (")[0])


def _split(titles: str) -> tuple[str, ...]:
    return tuple(sorted(titles.split(", "))) if titles else ()
