"""`python -m local score-series`: run the streaming anomaly detector over a file of volumes."""

import argparse
import csv
import math
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from domain.crowd.volume_anomaly import VolumeAnomaly

SUMMARY = "score each row of a series of post volumes"
SCORE_COLUMN = "anomaly_score"


class SeriesError(Exception):
    """A file is not a series of `timestamp,value` rows."""

    def __init__(self, place: object, expected: str, got: object) -> None:
        super().__init__(f"{place}: expected {expected}, got {got!r}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--input", required=True, type=Path, help="CSV with the columns timestamp and value")
    parser.add_argument("--output", required=True, type=Path, help=f"the rows with a column {SCORE_COLUMN}")


def run(arguments: argparse.Namespace) -> int:
    """Score the file; return 2 if the input is invalid."""
    try:
        with arguments.input.open(newline="") as source, arguments.output.open("w", newline="") as target:
            rows = score(source, target)
    except (OSError, UnicodeDecodeError, SeriesError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{rows} rows scored into {arguments.output}")
    return 0


def score(source: TextIO, target: TextIO) -> int:
    """Write each row with its score before the next is read; return the number of rows."""
    reader = csv.DictReader(source)
    columns = list(reader.fieldnames or [])
    if not {"timestamp", "value"} <= set(columns):
        raise SeriesError("header", "the columns timestamp and value", ",".join(columns))
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*columns, SCORE_COLUMN])
    detector, rows = VolumeAnomaly(), 0
    for row in _numbered(reader):
        rows += 1
        at, volume = _timestamp(row["timestamp"], rows), _value(row["value"], rows)
        writer.writerow([*(row[column] for column in columns), f"{detector.observe(at, volume):.6f}"])
    return rows


def _numbered(reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    for row in reader:
        if None in row or None in row.values():
            raise SeriesError(f"line {reader.line_num}", "as many values as the header has columns", row)
        yield row


def _timestamp(text: str, row: int) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise SeriesError(f"row {row}, timestamp", "a time in ISO 8601", text) from None


def _value(text: str, row: int) -> float:
    try:
        value = float(text)
    except ValueError:
        raise SeriesError(f"row {row}, value", "a number", text) from None
    if not math.isfinite(value):
        raise SeriesError(f"row {row}, value", "a finite number", text)
    return value
