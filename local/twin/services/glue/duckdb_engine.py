"""The jobs' engine in the twin: DuckDB through SQLFrame, with local folders in place of buckets."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlframe import activate

# After this import `pyspark` is SQLFrame in this process; Spark itself must run in another process.
CONNECTION = duckdb.connect()
CONNECTION.execute("SET enable_progress_bar = false")
# Spill to disk above a limit that suits a laptop.
CONNECTION.execute("SET memory_limit = '6GB'")
CONNECTION.execute(f"SET temp_directory = '{tempfile.gettempdir()}/touchline-glue-{os.getpid()}'")
activate("duckdb", conn=CONNECTION)

Frame = Any
LONGEST_LINE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The local paths that a run reads and writes."""

    input: Path
    catalogue: Path
    erased: Path
    output: Path


class DuckDbEngine:
    """Reads the clickstream and the catalogue, and writes one dataset with its reports."""

    def __init__(self, folders: Folders, *, now_seconds: int, incremental: bool = False) -> None:
        from pyspark.sql import SparkSession

        from glue_jobs.transforms.clickstream import UNREADABLE, raw_fields

        self.incremental = incremental
        self._fields = raw_fields()
        self._unreadable = UNREADABLE
        self._spark = SparkSession.builder.getOrCreate()
        self._folders = folders
        self._now_seconds = now_seconds
        self._tables = 0

    def now_seconds(self) -> int:
        """Return the time of the run."""
        return self._now_seconds

    def clickstream(self) -> Frame:
        """Return every line and row of every file in the input folder."""
        files = [path for path in sorted(self._folders.input.rglob("*")) if path.is_file()]
        parquet_files = [path for path in files if path.suffix == ".parquet"]
        readable = [path for path in parquet_files if _is_complete(path)]
        lines = [path for path in files if path.suffix != ".parquet"] or [Path(os.devnull)]
        queries = [
            self._lines_query(lines),
            *([self._rows_query(readable)] if readable else []),
            *(self._unreadable_query(path) for path in parquet_files if path not in readable),
        ]
        # A view, because the input is read only once.
        return self._create("VIEW", " UNION ALL ".join(queries))

    def _lines_query(self, paths: Sequence[Path]) -> str:
        fields = ", ".join(f"document ->> '{path}' AS {name}" for name, path in self._fields.items())
        return (
            f"SELECT line, document IS NOT NULL AS is_json, NULL::VARCHAR AS unread, {fields} FROM"
            " (SELECT line,"
            " CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line END AS document"
            f" FROM read_csv({_list(paths)}, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '',"
            f" escape = '', header = false, auto_detect = false, max_line_size = {LONGEST_LINE}))"
        )

    def _rows_query(self, paths: Sequence[Path]) -> str:
        """Return the query of rows; a column that is newer than all files is null."""
        source = f"read_parquet({_list(paths)}, union_by_name = true, hive_partitioning = false)"
        present = {name for name, *_ in CONNECTION.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}

        def field(name: str, path: str) -> str:
            if path.startswith("$.columns."):
                return f"columns['{name}'] AS {name}"
            if name not in present:
                return f"NULL::VARCHAR AS {name}"
            return f"{'to_json(impression)' if name == 'impression' else name}::VARCHAR AS {name}"

        fields = ", ".join(field(name, path) for name, path in self._fields.items())
        return (
            f"SELECT NULL::VARCHAR AS line, true AS is_json, NULL::VARCHAR AS unread, {fields} FROM {source}"
        )

    def _unreadable_query(self, path: Path) -> str:
        fields = ", ".join(f"NULL::VARCHAR AS {name}" for name in self._fields)
        return (
            f"SELECT {_text(path.name)} AS line, false AS is_json, '{self._unreadable}' AS unread, {fields}"
        )

    def components(self) -> Frame:
        """Return the components of the catalogue."""
        rows = [
            (
                component["id"],
                component["type"],
                component["slot"],
                "|".join(sorted(component.get("categories", []))),
                component.get("partner"),
            )
            for component in json.loads(self._folders.catalogue.read_text())["components"]
        ]
        name = self._name()
        CONNECTION.execute(
            f"CREATE TABLE {name} (component_id VARCHAR, type VARCHAR, slot VARCHAR, categories VARCHAR,"
            " partner VARCHAR)"
        )
        CONNECTION.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)", rows)
        return self._spark.table(name)

    def tombstones(self) -> Frame:
        """Return the tombstones of the folder, which may be missing."""
        rows = [json.loads(path.read_text()) for path in sorted(self._folders.erased.glob("*"))]
        name = self._name()
        CONNECTION.execute(f"CREATE TABLE {name} (viewer_hash VARCHAR, erased_at BIGINT)")
        for row in rows:
            CONNECTION.execute(f"INSERT INTO {name} VALUES (?, ?)", (row["viewer_hash"], row["erased_at"]))
        return self._spark.table(name)

    def materialize(self, frame: Frame) -> Frame:
        """Compute a frame once, into a table."""
        return self._create("TABLE", frame.sql(dialect="duckdb", optimize=False))

    def truncate_plan(self, frame: Frame) -> Frame:
        """Return a view of a frame, because SQLFrame copies the whole plan at each step."""
        return self._create("VIEW", frame.sql(dialect="duckdb", optimize=False))

    def write(self, frame: Frame) -> None:
        """Write one CSV file with a header."""
        self._folders.output.mkdir(parents=True, exist_ok=True)
        self._copy(frame, self._folders.output / "part-00000.csv", "FORMAT csv, HEADER")

    def write_side_output(self, frame: Frame, name: str) -> None:
        """Write one file of JSON lines."""
        self._copy(frame, self._side_path(name) / "part-00000.json", "FORMAT json")

    def write_document(self, document: dict[str, Any], name: str) -> None:
        """Write one JSON document."""
        (self._side_path(name) / "part-00000.json").write_text(json.dumps(document) + "\n")

    def _side_path(self, name: str) -> Path:
        folder = self._folders.output.with_name(f"{self._folders.output.name}-{name}")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _copy(self, frame: Frame, path: Path, options: str) -> None:
        CONNECTION.execute(f"COPY ({frame.sql(dialect='duckdb', optimize=False)}) TO '{path}' ({options})")

    def _create(self, kind: str, query: str) -> Frame:
        name = self._name()
        CONNECTION.execute(f"CREATE {kind} {name} AS {query}")
        return self._spark.table(name)

    def _name(self) -> str:
        self._tables += 1
        return f"frame_{self._tables}"


def _list(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(_text(str(path)) for path in paths) + "]"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _is_complete(path: Path) -> bool:
    """True if a Parquet file has its footer."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        return file.read() == b"PAR1"
