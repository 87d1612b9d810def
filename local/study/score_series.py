"""`python -m local score-series`: run the streaming anomaly detector over a file of volumes."""

import argparse
import csv
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from domain.crowd.volume_anomaly import VolumeAnomaly
from local.arguments import output_file
from local.errors import CommandInputError
from local.output_files import refuse_inputs, written

SCORE_COLUMN = "anomaly_score"


class SeriesError(CommandInputError):
    """A file is not a series of `timestamp,value` rows."""

    def __init__(self, place: object, expected: str, got: object) -> None:
        self.place = place
        self.expected = expected
        self.got = got
        super().__init__(f"{place}: expected {expected}, got {got!r}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--input", required=True, type=Path, help="CSV with the columns timestamp and value")
    parser.add_argument(
        "--output", required=True, type=output_file, help=f"the rows with a column {SCORE_COLUMN}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Score the file."""
    refuse_inputs(arguments.output, [arguments.input])
    try:
        source = arguments.input.open(encoding="utf-8", newline="")
    except OSError as error:
        raise SeriesError(arguments.input, "a file of text in UTF-8", error.strerror) from error
    with source, written(arguments.output) as target:
        try:
            rows = score(source, target)
        except UnicodeDecodeError as error:
            raise SeriesError(arguments.input, "a file of text in UTF-8", str(error)) from error
        except SeriesError as error:
            raise SeriesError(f"{arguments.input}: {error.place}", error.expected, error.got) from error
    print(f"{rows} rows scored into {arguments.output}")
    return 0


def score(source: TextIO, target: TextIO) -> int:
    """Write each row with its score before the next is read; return the number of rows."""
    reader = csv.DictReader(source)
    columns = _columns(reader)
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
    while (row := _next(reader)) is not None:
        if None in row or None in row.values():
            raise SeriesError(f"line {reader.line_num}", "as many values as the header has columns", row)
        yield row


def _next(reader: "csv.DictReader[str]") -> dict[str, str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise SeriesError(f"line {reader.line_num + 1}", "a row of CSV", str(error)) from error


def _columns(reader: "csv.DictReader[str]") -> list[str]:
    try:
        return list(reader.fieldnames or [])
    except csv.Error as error:
        raise SeriesError("header", "the columns timestamp and value", str(error)) from error


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
