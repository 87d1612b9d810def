"""The demo without a terminal prints each screen when viewers' pictures are there."""

import asyncio
import io
from datetime import timedelta

import pytest
from rich.console import Console

from local.play.demo.observers import PrintingObserver, Report
from local.play.replay.errors import ReplayError
from local.play.web.clock import BEHIND_SECONDS
from tests.support.feed_entries import KICK_OFF
from tests.unit.local.play.demo.one_persona import (
    GIULIA,
    SCORED,
    WallClock,
    programme_clock,
    state_of,
    version,
)


def test_a_screen_is_printed_when_the_viewers_picture_is_there() -> None:
    # GIVEN a goal in the feed, whose version has come
    now = WallClock()
    clock = programme_clock(now)
    output = io.StringIO()
    printing = PrintingObserver(state_of(clock), Console(file=output, width=200))
    clock.signal_posted(SCORED)
    printing.message_shown(GIULIA, version(KICK_OFF + timedelta(minutes=10)))

    async def look(seconds: float, expected: str = "") -> str:
        now.seconds = seconds

        async def fail() -> Report:
            await asyncio.sleep(0.3)
            async with asyncio.timeout(60):
                while expected not in output.getvalue():
                    await asyncio.sleep(0.02)
            raise ReplayError("ended")

        with pytest.raises(ReplayError, match="ended"):
            await printing.follow(fail())
        return output.getvalue()

    # THEN it is printed a few seconds later, and an error of the replay ends the printing as it is
    assert asyncio.run(look(BEHIND_SECONDS - 1)) == ""
    expected = "Giulia: Who scores next? (Italy scored:"
    assert expected in asyncio.run(look(BEHIND_SECONDS, expected))
