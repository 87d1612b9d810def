"""A signal at any time ends a command with its status, without a traceback, and leaves nothing behind.

The commands run as a person runs them: each is a process with a process group and a temporary folder of its
own, whose path tells the processes that it started from all others.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from paths import ROOT
from tests.integration.twin import small_system
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.twin,
    pytest.mark.lasting,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads processes from /proc"),
]

MOTO, VIEWERS = "local.twin.moto.process", "spawn_main"
TO_THE_PROCESS, TO_THE_GROUP = os.kill, os.killpg
Send = Callable[[int, int], None]


class Command:
    """A command that runs, what it has printed, and the processes that it has started."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self._output = folder / "output.txt"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "local", *arguments],
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(self.temporary)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def has_printed(self, text: str) -> bool:
        assert self.process.poll() is None, self.printed()
        return text in self.printed()

    def printed(self) -> str:
        return self._output.read_text()

    def has_started(self, name: str) -> bool:
        assert self.process.poll() is None, self.printed()
        return any(name in line for line in self.running())

    def running(self) -> list[str]:
        """Return the command lines of the processes that have the folder's path, as variable or as place."""
        return [line for number in Path("/proc").glob("[0-9]*") if (line := self._line_of(number))]

    def _line_of(self, number: Path) -> str:
        try:
            places = (number / "environ").read_text(errors="replace") + str((number / "cwd").readlink())
            if f"{self._folder}/" in places:
                return (number / "cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:  # it has ended, or is another user's
            pass
        return ""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """Return a function that starts a command; what a failed test leaves of it is killed."""
    started: list[Command] = []

    def start(*arguments: str) -> Command:
        started.append(Command(tmp_path, *arguments))
        return started[-1]

    yield start
    for command in started:
        command.process.kill()
        command.process.wait()


def up(folder: Path) -> list[str]:
    assembly = small_system.write(folder / "cdk.out")
    return ["up", "--port", "0", "--prewarm", "--assembly", str(assembly)]


def replay(folder: Path) -> list[str]:
    feed = ["--feed", "statsbomb", "--events", str(TURKEY_ITALY_EVENTS)]
    feed += ["--metadata", str(TURKEY_ITALY_LINE_UPS)]
    # At the speed of the match, so that it is not over before the signal comes.
    return ["replay", *feed, "--viewers", "2", "--speed", "1", "--report", str(folder / "report.json")]


def moto_starts(command: Command) -> bool:
    return command.has_started(MOTO)


def twin_runs(command: Command) -> bool:
    return command.has_printed("stop it with Ctrl-C")


def viewers_run(command: Command) -> bool:
    return command.has_started(VIEWERS)


@pytest.mark.parametrize(
    ("arguments", "stage", "send", "number", "status"),
    [
        (up, moto_starts, TO_THE_GROUP, signal.SIGINT, 0),
        (up, twin_runs, TO_THE_PROCESS, signal.SIGINT, 0),
        (up, twin_runs, TO_THE_GROUP, signal.SIGTERM, 0),
        (replay, moto_starts, TO_THE_PROCESS, signal.SIGINT, 130),
        (replay, viewers_run, TO_THE_GROUP, signal.SIGTERM, 143),
    ],
)
def test_a_signal_ends_a_command_that_leaves_nothing_behind(
    tmp_path: Path,
    start: Callable[..., Command],
    arguments: Callable[[Path], list[str]],
    stage: Callable[[Command], bool],
    send: Send,
    number: signal.Signals,
    status: int,
) -> None:
    # GIVEN a command that starts, or runs
    command = start(*arguments(tmp_path))
    eventually(lambda: stage(command), stage.__name__, seconds=300)
    # WHEN it, or its whole group, is signalled
    send(command.process.pid, number)
    # THEN
    assert command.process.wait() == status
    assert "Traceback" not in command.printed()
    eventually(lambda: not command.running(), "every process to end")
    assert [each.name for each in command.temporary.iterdir() if each.name.startswith("touchline-")] == []


def test_a_killed_command_leaves_no_process(tmp_path: Path, start: Callable[..., Command]) -> None:
    command = start(*up(tmp_path))
    eventually(lambda: twin_runs(command), "the twin", seconds=300)
    assert command.has_started(MOTO)
    assert command.has_started("awslambdaric")
    command.process.kill()
    eventually(lambda: not command.running(), "every process to end")
