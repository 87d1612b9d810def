"""Signals wait while the sink fails, and the state is saved after them."""

from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from domain.match import Match
from domain.signal import Signal
from local.play.polling.errors import PollingError
from local.play.polling.match_poller import MatchPoller
from tests.support.polled_documents import HOME, KICK_OFF, Event, api_football

GOAL = Event(kind="goal", minute=23, team=HOME)


SERIES = (
    api_football("1H", 24, (1, 0), [GOAL]),
    api_football("HT", 45, (1, 0), [GOAL]),
    api_football("FT", 90, (1, 0), [GOAL]),
)


class Received:
    """A sink that keeps what it gets, and may fail."""

    def __init__(self) -> None:
        self.matches: list[Match] = []
        self.signals: list[Signal] = []
        self.fails = False

    async def announce(self, match: Match) -> None:
        self.matches.append(match)

    async def post(self, _match_id: str, signals: tuple[Signal, ...]) -> None:
        if self.fails:
            raise aiohttp.ClientConnectionError
        self.signals.extend(signals)


def time_of(_: object) -> datetime:
    return KICK_OFF


async def test_signals_wait_while_the_sink_fails(tmp_path: Path) -> None:
    sink, state = Received(), tmp_path / "state.json"
    poller = MatchPoller("api-football", sink, match_id=None, announce=True, state_path=state)
    sink.fails = True
    with pytest.raises(aiohttp.ClientConnectionError):
        await poller.poll(SERIES[0], time_of)
    assert not state.exists()
    sink.fails = False
    await poller.poll(SERIES[1], time_of)
    assert len(sink.matches) == 1
    assert [str(each.match_event and each.match_event.type) for each in sink.signals] == [
        "period_start",
        "goal",
        "other",
        "period_end",
    ]
    assert state.exists()


async def test_a_state_that_is_none_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("[]")
    poller = MatchPoller("api-football", Received(), match_id=None, announce=False, state_path=state)
    with pytest.raises(PollingError, match="expected the state of a poller"):
        await poller.poll(SERIES[0], time_of)
