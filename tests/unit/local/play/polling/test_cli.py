"""The command: recorded series, and errors in one sentence."""

import json
from pathlib import Path

import pytest

from domain.signal import Signal
from local.cli import main
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


@pytest.mark.parametrize(
    ("options", "code", "error"),
    [
        (["--documents", "absent.json", "--print"], 2, "absent.json: document: expected a JSON document"),
        (["--documents", "odd.json", "--print"], 2, "odd.json: response: expected a list of fixtures"),
        (["--documents", "odd.json", "--feed-url", "http://127.0.0.1:9"], 1, "expected the provider's key"),
        (["--url", "http://127.0.0.1:9", "--header", "x", "--print"], 1, "--header: expected"),
        (["--url", "nowhere", "--print"], 1, "--url: expected an address"),
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
    assert main(["poll-feed", "--provider", "api-football", *options]) == code
    printed = capsys.readouterr().err
    assert error in printed
    assert len(printed.splitlines()) == 1
