"""`python -m local score-series`."""

import argparse
import csv
import io
from pathlib import Path

import pytest

from local.output_files import OutputError
from local.study.score_series import SeriesError, add_arguments, run, score


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_every_row_has_a_score(tmp_path: Path) -> None:
    # GIVEN a series with an additional column
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = [
        f"2015-02-26 {hour:02d}:{minute:02d}:53,{minute},x"
        for hour in range(24)
        for minute in range(0, 60, 5)
    ]
    source.write_text("timestamp,value,note\n" + "\n".join(lines) + "\n")
    # WHEN it is scored
    assert run(arguments("--input", str(source), "--output", str(target))) == 0
    # THEN the rows are unchanged, each with a score from 0 to 1
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    assert [f"{row['timestamp']},{row['value']},{row['note']}" for row in rows] == lines
    assert all(0 <= float(row["anomaly_score"]) <= 1 for row in rows)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("when,value\n", "header"),
        ("timestamp,value\nyesterday,1\n", "row 1, timestamp"),
        ("timestamp,value\n2015-02-26 21:42:53,many\n", "row 1, value"),
        ("timestamp,value\n2015-02-26 21:42:53,nan\n", "row 1, value"),
        ("timestamp,value\n2015-02-26 21:42:53\n", "line 2"),
        (f"timestamp,value\n2015-02-26 21:42:53,{'1' * 140_000}\n", "line 2: expected a row of CSV"),
        (f"timestamp,{'v' * 140_000}\n", "header: expected the columns timestamp and value"),
        ("", "header"),
    ],
)
def test_an_invalid_row_is_named(text: str, named: str) -> None:
    with pytest.raises(SeriesError, match=named):
        score(io.StringIO(text), io.StringIO())


def test_a_wrong_row_leaves_an_output_of_before(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("timestamp,value\n2015-02-26 21:42:53,1\n2015-02-26 21:47:53,many\n")
    target.write_text("the scores of yesterday")
    with pytest.raises(SeriesError, match=r"in\.csv: row 2, value: expected a number"):
        run(arguments("--input", str(source), "--output", str(target)))
    assert target.read_text() == "the scores of yesterday"
    assert sorted(tmp_path.iterdir()) == [source, target]


def test_an_output_that_cannot_be_written_is_not_blamed_on_the_input(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("timestamp,value\n2015-02-26 21:42:53,1\n")
    with pytest.raises(OutputError, match=r"^/dev/full: expected a file that can be written"):
        run(arguments("--input", str(source), "--output", "/dev/full"))


@pytest.mark.parametrize("name", ["latin.csv", "folder"])
def test_an_input_that_is_no_text_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.csv").write_bytes(b"timestamp,value\n\xff,1\n")
    with pytest.raises(SeriesError, match=f"{name}: expected a file of text in UTF-8"):
        run(arguments("--input", str(tmp_path / name), "--output", str(tmp_path / "out.csv")))


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SeriesError, match=r"none\.csv"):
        run(arguments("--input", str(tmp_path / "none.csv"), "--output", str(tmp_path / "out.csv")))
