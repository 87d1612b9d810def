"""Split a file into the records about one viewer and all others, which are kept as they are."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from domain.viewer_copy import without_others
from domain.viewer_mention import ViewerMention

VIEWER_COLUMN = "viewer_id"
USER_COLUMN = "USER_ID"


@dataclass(slots=True)
class Split:
    """The records about the viewer, and the number of the others, which are in the target file."""

    found: list[Any] = field(default_factory=list)
    kept: int = 0


def split_file(name: str, source: Path, target: Path, mention: ViewerMention) -> Split:
    """Copy a file without the records about a viewer; raises OSError or ValueError if it is damaged."""
    if name.endswith(".parquet"):
        return _split_parquet(source, target, mention.viewer_id)
    open_text = _open_gzip if name.endswith(".gz") else _open_plain
    with open_text(source, "r") as read, open_text(target, "w") as write:
        if name.endswith(".csv"):
            return _split_rows(read, write, mention.viewer_id)
        return _split_lines(read, write, mention)


def _split_parquet(source: Path, target: Path, viewer_id: str) -> Split:
    split = Split()
    # Read from memory, because Arrow keeps a file of its own open longer.
    with pq.ParquetFile(pa.BufferReader(source.read_bytes())) as file:
        if VIEWER_COLUMN not in file.schema_arrow.names:
            split.kept = file.metadata.num_rows
            return split
        with pq.ParquetWriter(target, file.schema_arrow, compression="snappy") as writer:
            for at in range(file.num_row_groups):
                rows = file.read_row_group(at)
                is_viewer = pc.fill_null(pc.equal(rows[VIEWER_COLUMN], viewer_id), False)
                split.found += rows.filter(is_viewer).to_pylist()
                others = rows.filter(pc.invert(is_viewer))
                split.kept += others.num_rows
                writer.write_table(others)
    return split


def _split_rows(read: IO[str], write: IO[str], viewer_id: str) -> Split:
    """Split a CSV file with a header; rows that are kept keep their text, with its quotes."""
    split = Split()
    texts: list[str] = []
    rows = csv.reader(_remember(read, texts))
    header = next(rows, [])
    at = header.index(USER_COLUMN) if USER_COLUMN in header else None
    write.write("".join(texts))
    texts.clear()
    for row in rows:
        if at is not None and len(row) > at and row[at] == viewer_id:
            split.found.append(dict(zip(header, row, strict=False)))
        else:
            split.kept += 1
            write.write("".join(texts))
        texts.clear()
    return split


def _remember(lines: Iterable[str], texts: list[str]) -> Iterator[str]:
    for line in lines:
        texts.append(line)
        yield line


def _split_lines(read: IO[str], write: IO[str], mention: ViewerMention) -> Split:
    split = Split()
    for line in read:
        if mention.is_in(line.rstrip("\n")):
            split.found.append(_readable(without_others(line.rstrip("\n"), mention.viewer_id)))
        else:
            split.kept += 1
            write.write(line)
    return split


def _readable(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line


def _open_plain(path: Path, mode: str) -> IO[str]:
    return path.open(mode, encoding="utf-8", errors="surrogateescape", newline="")


def _open_gzip(path: Path, mode: str) -> IO[str]:
    return io.TextIOWrapper(
        gzip.GzipFile(path, f"{mode}b"), encoding="utf-8", errors="surrogateescape", newline=""
    )
