"""An output is there when it is whole, and takes the place of no input."""

import os
from pathlib import Path

import pytest

from local import cli
from local.output_files import OutputError, SameFileError, refuse_inputs, write_whole, written
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS


def test_what_fails_halfway_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")

    def write() -> None:
        with written(path) as file:
            file.write("half")
            file.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "out.txt", tmp_path / "link.txt"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, "after")
    assert link.is_symlink()
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_whole(Path(os.devnull), "lost")
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize("path", ["/dev/full", "/proc/nowhere.txt"])
def test_an_output_that_cannot_be_written_is_named(path: str) -> None:
    with pytest.raises(OutputError, match=f"^{path}: expected a file that can be written, got an error"):
        write_whole(Path(path), "text")


def test_an_input_is_refused_as_output_by_any_name(tmp_path: Path) -> None:
    path, link = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("all I have")
    link.hardlink_to(path)
    with pytest.raises(SameFileError, match=r"b\.csv"):
        refuse_inputs(link, [None, tmp_path / "absent", path])
    refuse_inputs(tmp_path / "new.csv", [path])


EVENTS = str(TURKEY_ITALY_EVENTS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["score-series", "--input", "a.csv", "--output", "a.csv"],
        ["plan", "--viewers", "9", "--prices", "a.csv", "--html", "a.csv"],
        ["lift", "--decisions", "a.csv", "--interactions", "a.csv", "--html", "a.csv"],
        ["replay", "--feed", "opta", "--events", "a.csv", "--report", "a.csv"],
        ["replay", "--feed", "statsbomb", "--events", EVENTS, "--social", "a.csv", "--report", "a.csv"],
    ],
)
def test_no_command_writes_over_its_input(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("timestamp,value\n2015-02-26 21:42:53,1\n")
    assert cli.main(arguments) == 2
    assert "a.csv: expected an output that is not an input as well" in capsys.readouterr().err
    assert Path("a.csv").read_text().startswith("timestamp")
