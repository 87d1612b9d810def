"""`etl_rows_per_s`: rows of the raw clickstream that the interactions job processes per second.

The job runs on DuckDB and on Spark. The peer is the same job written in Polars; it keeps the members'
recommendation ids, does not store refused rows and writes no report. Each runs in a process of its own over
the same files, and the start of the process counts. `processor_seconds` is its CPU time. DuckDB and Spark
must write equal datasets, otherwise the benchmark fails.

`python -m benchmarks.etl_rows_per_s ROWS` measures another size. Ten million rows take ten minutes and, for
Polars, 17 GB of memory.
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
NO_TOMBSTONES = ROOT / "no-tombstones"
"""A folder that does not exist, as before the first erasure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the job: its time and a digest of its dataset."""

    seconds: float
    processor_seconds: float
    rows: int
    digest: str


def figures() -> Iterator[Figure]:
    """Yield a line per size and engine."""
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
                raise ValueError(f"expected equal datasets from DuckDB and Spark, got {runs}")
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
                # Spark works in a Java process that is not waited for, so its CPU time is unknown.
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
    """Return the CPU seconds of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _duckdb(raw: Path, output: Path) -> list[str]:
    paths = ["--input", str(raw), "--catalogue", str(COMPONENTS_FILE), "--output", str(output)]
    paths += ["--erased", str(NO_TOMBSTONES)]
    return [
        sys.executable,
        "-m",
        "local.twin.services.glue.run",
        "interactions",
        *paths,
        "--now",
        str(NOW_SECONDS),
    ]


def _spark(raw: Path, output: Path) -> list[str]:
    paths = [str(raw), str(COMPONENTS_FILE), str(NO_TOMBSTONES), str(output), str(NOW_SECONDS)]
    return [
        str(install() / "bin" / "python"),
        "-m",
        "local.twin.services.glue.spark_run",
        "interactions",
        *paths,
    ]


def _polars(raw: Path, output: Path) -> list[str]:
    paths = [str(raw), str(COMPONENTS_FILE), str(output), str(NOW_SECONDS)]
    return [sys.executable, "-m", "benchmarks.rig.polars_etl", *paths]


def _digest(folder: Path) -> tuple[int, str]:
    """Return the number of rows and the sum of their hashes, which does not depend on their order."""
    query = f"SELECT count(*), sum(hash(row)) FROM read_csv('{folder}/part*.csv', all_varchar = true) AS row"
    rows, digest = duckdb.execute(query).fetchall()[0]
    return int(rows), str(digest)


if __name__ == "__main__":
    for line in _of_size(int(sys.argv[1])):
        print(json.dumps(line), flush=True)
