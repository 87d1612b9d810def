"""`etl_rows_per_s`: the interactions job on DuckDB and on Spark, beside the same job in plain Polars.

Rows of the raw clickstream per second of the whole process, its start included; each in a process of its own,
on this machine's cores, over the same files. `processor_seconds` is what it cost, whatever else ran. Spark
and DuckDB must give equal datasets, or there is no figure. Polars writes viewers and cohorts as they
do, but keeps the members' recommendation ids, does not keep the refused rows and writes no report.

`python -m benchmarks.etl_rows_per_s ROWS` tells any size. Ten million take ten minutes and, for Polars,
17 GB.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.figure import Figure, figure
from local.study.simulator.clickstream_files import NOW_SECONDS, write_clickstream
from local.twin.services.glue.spark_install import install, spark_environment
from paths import COMPONENTS_FILE, ROOT

SIZES = (1_000_000, 10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the job: what it took, and what it wrote."""

    seconds: float
    processor_seconds: float
    rows: int
    digest: str


def figures() -> Iterator[Figure]:
    """A line per size and engine, each told as soon as it is measured."""
    for rows in SIZES:
        yield from _of_size(rows)


def _of_size(rows: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="etl-") as directory:
        folder = Path(directory)
        raw = folder / "raw"
        write_clickstream(raw, rows)
        peer = _run(_polars(raw, folder / "polars"), folder / "polars")
        runs: dict[str, Run] = {}
        for name in ("duckdb", "spark"):
            output = folder / name
            if name == "spark":
                runs[name] = _run(_spark(raw, output), output, spark_environment())
            else:
                runs[name] = _run(_duckdb(raw, output), output)
            if runs[name].digest != runs["duckdb"].digest:
                raise ValueError(f"expected equal datasets of DuckDB and Spark, got {runs}")
            yield figure(
                "etl_rows_per_s",
                rows / runs[name].seconds,
                "rows/s",
                peer="polars",
                peer_value=rows / peer.seconds,
                higher_is_better=True,
                row=name,
                rows=rows,
                seconds=round(runs[name].seconds, 1),
                # Spark's work is done by a Java process that nobody waits for, so what it cost is not known.
                processor_seconds=None if name == "spark" else round(runs[name].processor_seconds, 1),
                peer_processor_seconds=round(peer.processor_seconds, 1),
                dataset_rows=runs[name].rows,
                peer_dataset_rows=peer.rows,
            )


def _run(command: list[str], output: Path, environment: Mapping[str, str] | None = None) -> Run:
    began, used = time.perf_counter(), _used()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds, processor_seconds = time.perf_counter() - began, _used() - used
    if done.returncode:
        raise ValueError(f"{command[2]} failed: {done.stderr[-2000:]}")
    rows, digest = _digest(output)
    return Run(seconds=seconds, processor_seconds=processor_seconds, rows=rows, digest=digest)


def _used() -> float:
    """Processor seconds of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _duckdb(raw: Path, output: Path) -> list[str]:
    places = ["--input", str(raw), "--catalogue", str(COMPONENTS_FILE), "--output", str(output)]
    return [
        sys.executable,
        "-m",
        "local.twin.services.glue.run",
        "interactions",
        *places,
        "--now",
        str(NOW_SECONDS),
    ]


def _spark(raw: Path, output: Path) -> list[str]:
    places = [str(raw), str(COMPONENTS_FILE), str(output), str(NOW_SECONDS)]
    return [
        str(install() / "bin" / "python"),
        "-m",
        "local.twin.services.glue.spark_run",
        "interactions",
        *places,
    ]


def _polars(raw: Path, output: Path) -> list[str]:
    places = [str(raw), str(COMPONENTS_FILE), str(output), str(NOW_SECONDS)]
    return [sys.executable, "-m", "benchmarks.rig.polars_etl", *places]


def _digest(folder: Path) -> tuple[int, str]:
    """Rows of a dataset and a sum over their hashes, which knows no order."""
    query = f"SELECT count(*), sum(hash(row)) FROM read_csv('{folder}/part*.csv', all_varchar = true) AS row"
    rows, digest = duckdb.execute(query).fetchall()[0]
    return int(rows), str(digest)


if __name__ == "__main__":
    for line in _of_size(int(sys.argv[1])):
        print(json.dumps(line), flush=True)
