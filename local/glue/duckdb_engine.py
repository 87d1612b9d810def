"""The engine in the twin: DuckDB through SQLFrame, folders in place of buckets."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlframe import activate

# From here on `pyspark` is SQLFrame in this process; real Spark has to run in another one.
CONNECTION = duckdb.connect()
activate("duckdb", conn=CONNECTION)

Frame = Any
LONGEST_LINE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where a run reads and writes on this machine."""

    input: Path
    catalogue: Path
    output: Path


class DuckDbEngine:
    """Reads JSON lines and a catalogue, writes one dataset and what belongs to it."""

    def __init__(self, folders: Folders, *, now_seconds: int) -> None:
        from pyspark.sql import SparkSession

        from glue_jobs.transforms.clickstream import raw_fields

        self._fields = raw_fields()
        self._spark = SparkSession.builder.getOrCreate()
        self._folders = folders
        self._now_seconds = now_seconds
        self._tables = 0

    def now_seconds(self) -> int:
        """The time of the run."""
        return self._now_seconds

    def clickstream(self) -> Frame:
        """Every line of every file below the input."""
        files = [str(path) for path in sorted(self._folders.input.rglob("*")) if path.is_file()]
        if not files:
            files = [os.devnull]
        fields = ", ".join(f"document ->> '{path}' AS {name}" for name, path in self._fields.items())
        return self._table(
            f"SELECT line, document IS NOT NULL AS is_json, {fields} FROM (SELECT line,"
            " CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line END AS document"
            " FROM read_csv(?, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',"
            f" header = false, auto_detect = false, max_line_size = {LONGEST_LINE}))",
            files,
        )

    def components(self) -> Frame:
        """The components of the catalogue."""
        rows = [
            (
                component["id"],
                component["type"],
                component["slot"],
                "|".join(sorted(component.get("categories", []))),
                component.get("partner"),
                component.get("created_at"),
            )
            for component in json.loads(self._folders.catalogue.read_text())["components"]
        ]
        name = self._name()
        CONNECTION.execute(
            f"CREATE TABLE {name} (component_id VARCHAR, type VARCHAR, slot VARCHAR, categories VARCHAR,"
            " partner VARCHAR, created_at BIGINT)"
        )
        CONNECTION.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?, ?)", rows)
        return self._spark.table(name)

    def keep(self, frame: Frame) -> Frame:
        """Computed once, into a table."""
        return self._table(frame.sql(dialect="duckdb", optimize=False))

    def write(self, frame: Frame) -> None:
        """One CSV file with a header."""
        self._folders.output.mkdir(parents=True, exist_ok=True)
        self._copy(frame, self._folders.output / "part-00000.csv", "FORMAT csv, HEADER")

    def write_beside(self, frame: Frame, name: str) -> None:
        """One file of JSON lines."""
        folder = self._folders.output.with_name(f"{self._folders.output.name}-{name}")
        folder.mkdir(parents=True, exist_ok=True)
        self._copy(frame, folder / "part-00000.json", "FORMAT json")

    def _copy(self, frame: Frame, path: Path, options: str) -> None:
        CONNECTION.execute(f"COPY ({frame.sql(dialect='duckdb', optimize=False)}) TO '{path}' ({options})")

    def _table(self, query: str, *parameters: object) -> Frame:
        name = self._name()
        CONNECTION.execute(f"CREATE TABLE {name} AS {query}", list(parameters))
        return self._spark.table(name)

    def _name(self) -> str:
        self._tables += 1
        return f"frame_{self._tables}"
