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
    """Two lines per size: DuckDB and Spark, each beside Polars."""
    spark = install() / "bin" / "python"
    for rows in SIZES:
        with tempfile.TemporaryDirectory(prefix="etl-") as directory:
            folder = Path(directory)
            raw = folder / "raw"
            write_clickstream(raw, rows)
            seconds = {
                "duckdb": _timed(_duckdb(raw, folder / "duckdb")),
                "spark": _timed(_spark(spark, raw, folder / "spark"), spark_environment()),
                "polars": _timed(_polars(raw, folder / "polars")),
            }
            written = {name: _digest(folder / name) for name in seconds}
            if written["duckdb"] != written["spark"]:
                raise ValueError(f"expected equal datasets of DuckDB and Spark, got {written}")
            for row in ("duckdb", "spark"):
                yield figure(
                    "etl_rows_per_s",
                    rows / seconds[row],
                    "rows/s",
                    peer="polars",
                    peer_value=rows / seconds["polars"],
                    higher_is_better=True,
                    row=row,
                    rows=rows,
                    seconds=round(seconds[row], 1),
                    dataset_rows=written[row][0],
                    peer_dataset_rows=written["polars"][0],
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
