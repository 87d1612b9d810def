"""A mistake costs one sentence and a status; only a fault of the program shows a traceback."""

import argparse
import errno
import importlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

from local import cli
from local.arguments import output_file
from local.errors import CommandError, CommandInputError
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.web.static import Origin, StaticServer
from paths import ROOT
from tests.support.small_assembly import SmallAssembly

GROUP = "arn:aws:personalize:eu-central-1:123456789012:dataset-group/none"


class OptionTypes(argparse.ArgumentParser):
    """A parser that knows what reads the texts of its options."""

    def __init__(self) -> None:
        self.types: set[Any] = set()
        super().__init__()

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        self.types |= {options["type"]} if "type" in options else set()
        return super().add_argument(*names, **options)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the only line on standard error."""
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["up", "--quota", "requests=x"], "argument --quota: quota: expected requests, connects"),
        (["up", "--port", "99999"], "argument --port: expected a port from 0 to 65535, got '99999'"),
        ([], "the following arguments are required: command (--help"),
        (["up", "--delivery", "pigeon"], "--delivery: expected connections or broadcast, got 'pigeon'"),
        (["demo", "--port", "web"], "argument --port: expected a port from 0 to 65534, got 'web'"),
        (["demo", "--viewers", "abc"], "expected a number of viewers from 0 to 20000, got 'abc'"),
        (["demo", "--speed", "nan"], "expected a speed from 0.1 to 10000, got 'nan'"),
        (
            ["replay", "--feed", "statsbomb", "--events", "x", "--report", "/no/such/folder/r.json"],
            "expected a file in a folder that exists, got '/no/such/folder/r.json'",
        ),
        (
            ["replay", "--feed", "statsbomb", "--events", "x", "--report", "/"],
            "expected a file, got the folder",
        ),
        (["lift", "--decisions", "x", "--interactions", "x", "--holdout-share", "2"], "a share from 0 to 1"),
        (["tear-down", "--dataset-group-arn", "my-group"], "expected arn:aws:personalize:REGION:ACCOUNT"),
        (["export", "--viewer", "x", "--endpoint-url", "twin"], "expected an address such as http://127"),
        (["rollback", "--list", "--endpoint-url", "http://:4566"], "expected an address such as http://127"),
        (["rollback", "--list", "--poll-seconds", "-1"], "expected seconds from 0 to 3600, got '-1'"),
        (["preflight", "--viewers", "0"], "expected a number of viewers from 1 to 100000000, got '0'"),
        (["erase", "--viewer", "x", "--settle-seconds", "soon"], "expected seconds from 0 to 86400"),
        (
            ["replay", "--feed", "opta", "--events", "x", "--report", "r.json", "--kick-off", "tonight"],
            "2021-06-11T19:00:00Z, of the years 1900 to 2199, got 'tonight'",
        ),
        (
            [
                "replay",
                "--feed",
                "opta",
                "--events",
                "x",
                "--report",
                "r.json",
                "--kick-off",
                "9999-12-31T23:00Z",
            ],
            "of the years 1900 to 2199, got '9999-12-31T23:00Z'",
        ),
        (["brew"], "invalid choice: 'brew'"),
        (["erase"], "the following arguments are required: --viewer"),
    ],
)
def test_a_wrong_argument_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert sentence in told(capsys)


def test_the_help_says_what_each_command_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    # (a line may end after a hyphen)
    letters = "".join(printed.split())
    for name, command in cli.COMMANDS.items():
        assert f"{name}{command.summary.replace(' ', '')}" in letters
    assert max(map(len, printed.splitlines())) <= 60


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_an_option_that_reads_its_text_says_what_it_expects(command: str) -> None:
    parser = OptionTypes()
    importlib.import_module(cli.COMMANDS[command].module).add_arguments(parser)
    for read in parser.types - {Path}:
        with pytest.raises(argparse.ArgumentTypeError, match="expected"):
            read("/no/such/folder/x")


def test_a_report_that_cannot_be_written_is_told_before_the_match_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = str(tmp_path / "missing" / "report.json")
    with pytest.raises(SystemExit):
        cli.main(["replay", "--feed", "statsbomb", "--events", "nowhere.json", "--report", report])
    assert "nowhere.json" not in told(capsys)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "posts.csv: expected a header and rows"),
        (b"\xff\xfe\x00", "posts.csv: expected a header and rows"),
        (
            b"epoch_ms,label\n1,angry\n",
            "line 2, label: expected one of positive, neutral, negative",
        ),
        (b"when,count\nsoon,3\n", "line 2, epoch seconds: expected a whole number"),
    ],
)
def test_posts_that_cannot_be_read_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    posts = tmp_path / "posts.csv"
    if content is not None:
        posts.write_bytes(content)
    feed = ["--feed", "statsbomb", "--events", str(TURKEY_ITALY_EVENTS)]
    feed += ["--metadata", str(TURKEY_ITALY_LINE_UPS)]
    assert cli.main(["replay", *feed, "--social", str(posts), "--report", str(tmp_path / "r.json")]) == 2
    assert sentence in told(capsys)


def command(monkeypatch: pytest.MonkeyPatch, run: Any) -> list[str]:
    """Make `test` a command that calls a function, and return its arguments."""
    module = argparse.Namespace(add_arguments=lambda _: None, run=lambda _: run())
    monkeypatch.setitem(cli.COMMANDS, "test", cli.Command("a_command_of_tests", "test"))
    monkeypatch.setitem(sys.modules, "a_command_of_tests", module)
    return ["test"]


REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeDatasetGroup")


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (CommandError("the match is over"), 1, "the match is over"),
        (CommandInputError("line 3: expected a number"), 2, "line 3: expected a number"),
        (FileNotFoundError(2, "No such file or directory", "a.csv"), 1, "a.csv: no such file or directory"),
        (PermissionError(13, "Permission denied", "reports/x"), 1, "reports/x: permission denied"),
        (OSError(28, "No space left on device"), 1, "the operating system refused: no space left on device"),
        (NoCredentialsError(), 1, "expected AWS credentials, got none"),
        (NoRegionError(), 1, "expected a region, got none"),
        (REFUSED, 1, "AWS refused DescribeDatasetGroup"),
    ],
)
def test_an_expected_failure_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    sentence: str,
) -> None:
    def fail() -> int:
        raise error

    assert cli.main(command(monkeypatch, fail)) == status
    assert told(capsys).startswith(sentence)


ACCOUNT_COMMANDS = [
    (["tear-down", "--dataset-group-arn", GROUP], 1),
    (["tear-down", "--dataset-group-arn", GROUP, "--yes", "--endpoint-url", "http://127.0.0.1:1"], 1),
    (["erase", "--viewer", "x", "--region", "eu-central-1"], 1),
    (["export", "--viewer", "x", "--region", "eu-central-1"], 1),
    (["rollback", "--list", "--region", "eu-central-1"], 1),
]


def without_credentials(home: Path) -> dict[str, str]:
    """Return an environment in which boto3 finds no credentials, and asks no network for some."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.mark.parametrize(("arguments", "status"), ACCOUNT_COMMANDS)
def test_missing_credentials_are_told(tmp_path: Path, arguments: list[str], status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env=without_credentials(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("expected AWS credentials, got none: sign in to the account, or give the twin's")


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        cli.main(command(monkeypatch, lambda: 1 // 0))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_command_after_it_has_closed_what_it_opened(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, status: int
) -> None:
    closed = []

    def wait() -> int:
        try:
            os.kill(os.getpid(), number)
            time.sleep(10)
        finally:
            os.kill(os.getpid(), number)  # An impatient second signal must not stop the closing.
            closed.append(True)
        return 0

    before = signal.getsignal(number)
    assert cli.main(command(monkeypatch, wait)) == status
    assert closed
    assert signal.getsignal(number) == before


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(command(monkeypatch, lambda: StaticServer(port) and 0)) == 1
        assert told(capsys).startswith(f"port {port} is in use")
        # AND the demo tells so before it starts or trains anything
        assert cli.main(["demo", "--port", str(port)]) == 1
        assert told(capsys).startswith(f"port {port} is in use")


def test_a_report_that_may_not_be_written_is_told_before_the_match_is_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # GIVEN a folder on a file system that takes no files, also from the superuser
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    # WHEN, THEN
    with pytest.raises(SystemExit):
        cli.main(["replay", "--feed", "opta", "--events", "none", "--report", str(tmp_path / "r.json")])
    assert "expected a file that you may write" in told(capsys)


def test_an_output_leaves_nothing_before_it_is_written(tmp_path: Path) -> None:
    assert output_file(str(tmp_path / "r.json")) == tmp_path / "r.json"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_port_that_may_not_be_listened_on_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    # GIVEN a system that keeps low ports for the superuser, also if the tests run as that
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    # WHEN, THEN
    stacks = ["--assembly", str(SmallAssembly(tmp_path).write())] if command == "up" else []
    assert cli.main([command, "--port", "80", *stacks]) == 1
    assert told(capsys).startswith("port 80 cannot be listened on: permission denied")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [("/dev/full", "the operating system refused: no space left on device\n"), ("a pipe", "")],
)
def test_an_output_that_takes_nothing_ends_a_command_without_traceback(output: str, sentence: str) -> None:
    # GIVEN a full disk, or a pipe that nobody reads
    if output == "a pipe":
        read, written = os.pipe()
        os.close(read)
    else:
        written = os.open(output, os.O_WRONLY)
    # WHEN a command prints a line, which stays in a buffer until the end
    program = (
        "import argparse, sys; from local import cli;"
        "run = lambda _: print('x') or 0;"
        "sys.modules['short'] = argparse.Namespace(add_arguments=lambda _: None, run=run);"
        "cli.COMMANDS['short'] = cli.Command('short', ''); sys.exit(cli.main(['short']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=written,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(written)
    # THEN
    assert (done.returncode, done.stderr) == (1, sentence)


def test_a_browser_that_closes_in_mid_answer_prints_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "film.bin").write_bytes(bytes(20_000_000))
    with StaticServer() as server:
        server.serve(Origin(folder=tmp_path, headers={}))
        host = server.url.removeprefix("http://")
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2]))) as browser:
                browser.sendall(f"GET /film.bin HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                browser.recv(100)
        with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2]))) as browser:
            browser.sendall(f"HEAD /film.bin HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            assert browser.recv(100).startswith(b"HTTP/1.1 200")
    assert capsys.readouterr().err == ""


def test_a_reader_that_closes_standard_output_gets_no_traceback() -> None:
    program = (
        "import argparse, sys; from local import cli;"
        "run = lambda _: [print('x' * 100_000) for _ in range(100)] and 0;"
        "sys.modules['noisy'] = argparse.Namespace(add_arguments=lambda _: None, run=run);"
        "cli.COMMANDS['noisy'] = cli.Command('noisy', ''); sys.exit(cli.main(['noisy']))"
    )
    done = subprocess.run(
        ["bash", "-c", f'{sys.executable} -c "{program}" | head -c 10'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
