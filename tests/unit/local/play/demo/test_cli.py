"""The demo from its first screen to what to do next, with a person at the terminal and without.

The system and the match are stand-ins here; tests/browser/test_the_whole_demo.py plays them.
"""

import contextlib
import io
import socket
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from local import cli
from local.play.demo import cli as demo
from local.play.demo import observers
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.plan import ReplayPlan
from local.play.replay.report import build_report
from local.play.web import side_by_side
from local.twin.twin import Twin

COUNTS = dict.fromkeys(("sent", "gone", "failed", "calls", "cache_hits", "throttled"), 0.0)
KICK_OFF, AGAIN = "Press Enter to kick off.", "Press Enter to play it again"


class Keyboard(io.StringIO):
    """Standard input of a terminal, with the lines that a person enters."""

    def isatty(self) -> bool:
        return True


class StandIns:
    """What the demo starts, and what was on the terminal when it did."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.printed = ""
        self.matches: list[str] = []
        self.before: dict[str, str] = {}

    def look(self, what: str) -> None:
        self.printed += self._capsys.readouterr().out
        self.before.setdefault(what, self.printed)

    @contextlib.contextmanager
    def twin(self, *_: object, **__: object) -> Iterator[None]:
        self.look("twin")
        yield

    @contextlib.contextmanager
    def site(self, *_: object, port: int, control_room_port: int, **__: object) -> Iterator[SimpleNamespace]:
        url = f"http://127.0.0.1:{port}"
        yield SimpleNamespace(url=url, side_by_side_url=f"{url}/side", control_room_url="http://control")

    async def replay(self, _twin: object, plan: ReplayPlan, _observer: object) -> dict[str, Any]:
        self.look("match")
        self.matches.append(plan.match.id)
        return build_report(
            match=plan.match, engine="none", moments=[], contexts=[], log=DeliveryLog(), counts=COUNTS
        )


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> StandIns:
    made = StandIns(capsys)
    monkeypatch.setattr(Twin, "start", made.twin)
    monkeypatch.setattr(demo, "publish_catalogue", lambda _: None)
    monkeypatch.setattr(demo, "train", lambda *_: made.look("training"))
    monkeypatch.setattr(demo, "twin_site", made.site)
    monkeypatch.setattr(demo, "replay", made.replay)
    monkeypatch.setattr(observers, "BEHIND_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setenv("COLUMNS", "200")
    return made


def free_ports() -> int:
    """Return a port that is free, as is the next one."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port: int = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError), socket.create_server(("127.0.0.1", port + 1)):
                return port


def run(stand_ins: StandIns, port: int = 0) -> str:
    """Run the demo, and return all that it printed."""
    assert cli.main(["demo", "--port", str(port)]) == 0
    stand_ins.look("end")
    return stand_ins.printed


def test_the_first_screen_has_the_pages_before_anything_starts(stand_ins: StandIns) -> None:
    port = free_ports()
    run(stand_ins, port)
    first = stand_ins.before["twin"]
    assert "about two minutes" in first
    assert "Then these pages answer" in first
    app, control_room = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
    assert f"web app {app}, side by side {app}{side_by_side.PATH}, control room {control_room}." in first


def test_pages_of_ports_that_are_not_known_yet_are_told_when_they_are(stand_ins: StandIns) -> None:
    run(stand_ins)
    assert "pages answer" not in stand_ins.before["training"]
    assert "Web app: http://127.0.0.1:0" in stand_ins.before["match"]


def test_without_a_terminal_the_match_starts_by_itself_and_is_played_once(stand_ins: StandIns) -> None:
    printed = run(stand_ins)
    assert len(stand_ins.matches) == 1
    assert KICK_OFF not in printed
    assert AGAIN not in printed
    assert printed.rstrip().endswith(demo.NEXT_STEPS.rstrip().splitlines()[-1])


def test_on_a_terminal_enter_kicks_off_and_plays_again_until_q(
    stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", keyboard := Keyboard("\n\n\nq\n"))
    printed = run(stand_ins)
    # THEN two matches were played, each after Enter, and no input is left
    assert len(set(stand_ins.matches)) == len(stand_ins.matches) == 2
    assert KICK_OFF in stand_ins.before["match"]
    assert printed.count(KICK_OFF) == printed.count(AGAIN) == 2
    assert keyboard.read() == ""
    # AND it ends with what to do next
    assert printed.index("What to do next") > printed.rindex(AGAIN)


@pytest.mark.parametrize(
    ("options", "pace"), [([], demo.UNFOLLOWED), (["--full"], demo.WHOLE), (["--speed", "7"], 7.0)]
)
def test_the_pace_is_that_of_who_watches(
    stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch, options: list[str], pace: float
) -> None:
    chosen: list[float] = []

    def record(*arguments: Any) -> Any:
        chosen.append(arguments[-1])
        return original(*arguments)

    name = "constant" if options == ["--full"] else "highlights"
    original = getattr(demo, name)
    monkeypatch.setattr(demo, name, record)
    assert cli.main(["demo", "--port", "0", *options]) == 0
    assert chosen == [pace]
