"""`etl_rows_per_s`: the interactions job on DuckDB and on Spark, beside the same job in plain Polars.

Rows of the raw clickstream per second of the whole process, its start included; each in a process of its own,
on this machine's cores, over the same files. Spark and DuckDB must give equal datasets, or there is none.
Polars writes the viewers' and the cohorts' rows as they do, but keeps the members' recommendation ids, does
not keep the refused rows and writes no report.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from benchmarks.figure import Figure, figure
from benchmarks.rig.clickstream_files import CATALOGUE, NOW_SECONDS, write_clickstream
from local.glue.spark_install import install, spark_environment

SIZES = (1_000_000, 10_000_000)
ROOT = Path(__file__).parents[1]


def figures() -> Iterator[Figure]:
    """Two lines per size, DuckDB and then Spark, each told as soon as it is measured, beside Polars."""
    for rows in SIZES:
        with tempfile.TemporaryDirectory(prefix="etl-") as directory:
            yield from _of_size(rows, Path(directory))


def _of_size(rows: int, folder: Path) -> Iterator[Figure]:
    raw = folder / "raw"
    write_clickstream(raw, rows)
    peer = _timed(_polars(raw, folder / "polars"))
    peer_rows, _ = _digest(folder / "polars")
    spark = install() / "bin" / "python"
    written: dict[str, tuple[int, str]] = {}
    for row, command, environment in (
        ("duckdb", _duckdb(raw, folder / "duckdb"), None),
        ("spark", _spark(spark, raw, folder / "spark"), spark_environment()),
    ):
        seconds = _timed(command, environment)
        written[row] = _digest(folder / row)
        if written[row] != written["duckdb"]:
            raise ValueError(f"expected equal datasets of DuckDB and Spark, got {written}")
        yield figure(
            "etl_rows_per_s",
            rows / seconds,
            "rows/s",
            peer="polars",
            peer_value=rows / peer,
            higher_is_better=True,
            row=row,
            rows=rows,
            seconds=round(seconds, 1),
            dataset_rows=written[row][0],
            peer_dataset_rows=peer_rows,
        )


def _timed(command: list[str], environment: Mapping[str, str] | None = None) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{command[2]} failed: {done.stderr[-2000:]}")
    return time.perf_counter() - began


def _duckdb(raw: Path, output: Path) -> list[str]:
    places = ["--input", str(raw), "--catalogue", str(CATALOGUE), "--output", str(output)]
    return [sys.executable, "-m", "local.glue.run", "interactions", *places, "--now", str(NOW_SECONDS)]


def _spark(python: Path, raw: Path, output: Path) -> list[str]:
    places = [str(raw), str(CATALOGUE), str(output), str(NOW_SECONDS)]
    return [str(python), "-m", "local.glue.spark_run", "interactions", *places]


def _polars(raw: Path, output: Path) -> list[str]:
    places = [str(raw), str(CATALOGUE), str(output), str(NOW_SECONDS)]
    return [sys.executable, "-m", "benchmarks.rig.polars_etl", *places]


def _digest(folder: Path) -> tuple[int, str]:
    """Rows of a dataset and a sum over their hashes, which knows no order."""
    query = f"SELECT count(*), sum(hash(row)) FROM read_csv('{folder}/part*.csv', all_varchar = true) AS row"
    rows, digest = duckdb.execute(query).fetchall()[0]
    return int(rows), str(digest)
