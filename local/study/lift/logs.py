"""Load the logs into DuckDB tables with the names and columns that they have in Athena."""

from pathlib import Path

import duckdb

from local.study.lift.errors import LogFileError

COLUMNS = {
    "interactions": {
        **dict.fromkeys(("interaction_id", "match_id", "viewer_id", "cohort", "type"), "VARCHAR"),
        **dict.fromkeys(("component_id", "slot"), "VARCHAR"),
        "version": "INTEGER",
        "holdout": "BOOLEAN",
        "weight": "DOUBLE",
    },
    "decisions": {
        **dict.fromkeys(("match_id", "cohort", "rung"), "VARCHAR"),
        "version": "INTEGER",
        "viewers": "INTEGER",
        "holdout": "BOOLEAN",
        "placements": (
            "STRUCT(slot VARCHAR, component_id VARCHAR, rank INTEGER, propensity DOUBLE, pool VARCHAR[])[]"
        ),
    },
}


ADDED = {"interactions": {"weight": "DOUBLE"}, "decisions": {}}
"""Columns that files of earlier versions of the code lack."""


def open_logs(*, decisions: Path, interactions: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables `decisions` and `interactions`; raises LogFileError.

    Each path is a file or a folder of Parquet files or JSON lines, gzipped or not, as in the buckets.
    """
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    for name, path in (("decisions", decisions), ("interactions", interactions)):
        _load(connection, name, path)
    return connection


def _load(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    files = [path] if path.is_file() else [each for each in sorted(path.rglob("*")) if each.is_file()]
    rows = [str(each) for each in files if each.suffix == ".parquet"]
    lines = [str(each) for each in files if {".json", ".jsonl"} & set(each.suffixes)]
    columns = COLUMNS[name]
    queries, given = [], []
    if rows:
        chosen = ", ".join(f"{column}::{kind} AS {column}" for column, kind in columns.items())
        found = "SELECT * FROM read_parquet(?, union_by_name = true, hive_partitioning = false)"
        if added := ", ".join(f"NULL::{kind} AS {column}" for column, kind in ADDED[name].items()):
            found = f"SELECT {added} WHERE false UNION ALL BY NAME {found}"
        queries.append(f"SELECT {chosen} FROM ({found})")
        given.append(rows)
    if lines:
        shapes = ", ".join(f"{column}: '{kind}'" for column, kind in columns.items())
        queries.append(
            f"SELECT {', '.join(columns)}"
            f" FROM read_json(?, columns = {{{shapes}}}, format = 'newline_delimited')"
        )
        given.append(lines)
    if not queries:
        raise LogFileError(f"--{name}: expected Parquet files or JSON lines, got none at {path}")
    try:
        connection.execute(f"CREATE TABLE {name} AS {' UNION ALL '.join(queries)}", given)
    except duckdb.Error as error:
        reason = " ".join(str(error).partition("\n")[0].split())  # hints about DuckDB's options follow
        raise LogFileError(f"--{name}: expected the columns {', '.join(columns)}: {reason}") from None
