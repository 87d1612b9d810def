"""The command: recorded series, and errors in one sentence."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from domain.signal import Signal
from local.cli import main
from paths import ROOT
from tests.support.polled_documents import HOME, Event, api_football

GOAL = Event(kind="goal", minute=23, team=HOME)


SERIES = (
    api_football("1H", 24, (1, 0), [GOAL]),
    api_football("HT", 45, (1, 0), [GOAL]),
    api_football("FT", 90, (1, 0), [GOAL]),
)


def recorded(directory: Path) -> list[str]:
    paths = [directory / f"{number}.json" for number in range(len(SERIES))]
    for path, document in zip(paths, SERIES, strict=True):
        path.write_text(json.dumps(document))
    return [str(path) for path in paths]


def test_a_recorded_series_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["poll-feed", "--provider", "api-football", "--documents", *recorded(tmp_path)]
    assert main([*arguments, "--announce", "--match-id", "cup-1", "--print"]) == 0
    match, *signals = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert match["match"]["id"] == "cup-1"
    read = [Signal.from_dict(signal) for signal in signals]
    assert {signal.match_id for signal in read} == {"cup-1"}
    assert [str(signal.match_event and signal.match_event.type) for signal in read][-1] == "match_end"


def test_a_series_continues_from_its_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths, state = recorded(tmp_path), str(tmp_path / "state.json")
    arguments = ["poll-feed", "--provider", "api-football", "--print", "--state", state, "--documents"]
    assert main([*arguments, *paths]) == 0
    assert capsys.readouterr().out
    assert main([*arguments, paths[-1]]) == 0
    assert capsys.readouterr().out == ""


def status_of(arguments: list[str]) -> int | str | None:
    """Return the exit status, which argparse raises for a wrong argument."""
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code


@pytest.mark.parametrize(
    ("options", "code", "error"),
    [
        (["--documents", "absent.json", "--print"], 2, "absent.json: document: expected a JSON document"),
        (["--documents", "odd.json", "--print"], 2, "odd.json: response: expected a list of fixtures"),
        (["--documents", "odd.json", "--feed-url", "http://127.0.0.1:9"], 1, "expected the provider's key"),
        (["--url", "http://127.0.0.1:9", "--header", "x", "--print"], 2, "--header: expected"),
        (["--url", "http://127.0.0.1:9", "--header", "x: a\nb", "--print"], 2, "--header: expected"),
        (["--url", "nowhere", "--print"], 2, "--url: expected an address"),
        (["--url", "ftp://host/a.json", "--print"], 2, "--url: expected an address"),
        (["--documents", "odd.json", "--feed-url", "nowhere"], 2, "--feed-url: expected an address"),
        (["--documents", "deep.json", "--print"], 2, "deep.json: document: expected a JSON document"),
        (
            ["--documents", "match.json", "--state", "deep.json", "--print"],
            1,
            "deep.json: expected the state",
        ),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    error: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOUCHLINE_FEED_KEY", raising=False)
    (tmp_path / "odd.json").write_text("{}")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "match.json").write_text(json.dumps(SERIES[0]))
    assert status_of(["poll-feed", "--provider", "api-football", *options]) == code
    printed = capsys.readouterr().err
    assert error in printed
    assert len(printed.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_polling_with_its_status(number: signal.Signals) -> None:
    options = ["--provider", "api-football", "--url", "http://127.0.0.1:1", "--print"]
    with subprocess.Popen(
        [sys.executable, "-m", "local", "poll-feed", *options], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as polling:
        assert polling.stderr is not None
        assert polling.stderr.readline().startswith("will poll again later")
        polling.send_signal(number)
        _, errors = polling.communicate()
    assert (polling.returncode, errors) == (128 + number, "")
