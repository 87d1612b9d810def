"""`python -m local score-series`."""

import argparse
import csv
import io
from pathlib import Path

import pytest

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
    ],
)
def test_an_invalid_row_is_named(text: str, named: str) -> None:
    with pytest.raises(SeriesError, match=named):
        score(io.StringIO(text), io.StringIO())


def test_a_missing_file_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments("--input", str(tmp_path / "none.csv"), "--output", str(tmp_path / "out.csv"))) == 2
    assert "none.csv" in capsys.readouterr().err
