"""Spark, which runs the jobs in Glue, and DuckDB, which runs them in the twin, write the same datasets."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from local.twin.services.glue.spark_install import install, spark_environment
from paths import COMPONENTS_FILE, ROOT
from tests.integration.glue_jobs.dirty_data import NOW, write_dirty_clickstream, write_tombstones

JOBS = ("interactions", "users", "items", "popularity")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("parity")
    raw, duck, spark = folder / "raw", folder / "duckdb", folder / "spark"
    write_dirty_clickstream(raw)
    write_tombstones(folder / "erased")
    for job in JOBS:
        arguments = [
            job,
            "--input",
            raw,
            "--catalogue",
            COMPONENTS_FILE,
            "--erased",
            folder / "erased",
            "--output",
            duck / job,
            "--now",
            NOW,
        ]
        command = [sys.executable, "-m", "local.twin.services.glue.run", *map(str, arguments)]
        subprocess.run(command, check=True, cwd=ROOT)
    python = install() / "bin" / "python"
    command = [str(python), "-m", "local.twin.services.glue.spark_run"]
    command += [",".join(JOBS), str(raw), str(COMPONENTS_FILE), str(folder / "erased"), str(spark), str(NOW)]
    subprocess.run(command, check=True, cwd=ROOT, env=spark_environment(), capture_output=True)
    return duck, spark


def rows(folder: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    parts = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(folder.glob("part*.csv"))]
    table = pd.concat(parts)
    if "rate" in table:
        table["rate"] = table["rate"].astype(float).round(9).astype(str)
    return list(table.columns), sorted(map(tuple, table.to_numpy().tolist()))


def documents(folder: Path) -> list[str]:
    text = "".join(path.read_text() for path in sorted(folder.glob("part*")))
    found = [json.loads(line) for line in text.splitlines()]
    # Spark omits nulls, DuckDB writes them.
    without_nulls = [{name: value for name, value in row.items() if value is not None} for row in found]
    return sorted(json.dumps(row, sort_keys=True) for row in without_nulls)


@pytest.mark.spark
@pytest.mark.parametrize("job", JOBS)
def test_both_engines_write_equal_datasets(outputs: tuple[Path, Path], job: str) -> None:
    duck, spark = outputs
    assert rows(duck / job) == rows(spark / job)


@pytest.mark.spark
@pytest.mark.parametrize("name", ["refused", "quality"])
def test_both_engines_refuse_the_same_lines_for_the_same_reasons(
    outputs: tuple[Path, Path], name: str
) -> None:
    duck, spark = outputs
    assert documents(duck / f"interactions-{name}") == documents(spark / f"interactions-{name}")


@pytest.mark.spark
def test_spark_reads_consecutive_spans_without_gap_or_overlap(tmp_path: Path) -> None:
    # GIVEN a file that arrived at each end of two spans, and one within each
    noon = datetime(2026, 6, 11, 12, tzinfo=UTC)
    for minute in (0, 5, 10, 15, 20):
        path = tmp_path / f"{minute:02}.json"
        path.write_text(path.stem)
        os.utime(path, times=((noon + timedelta(minutes=minute)).timestamp(),) * 2)
    marks = [(noon + timedelta(minutes=minute)).isoformat() for minute in (0, 10, 20)]
    spans = [f"always/{marks[1]}", f"{marks[1]}/{marks[2]}", f"{marks[2]}/now"]
    # WHEN Spark reads the spans one after another
    command = [str(install() / "bin" / "python"), "-m", "tests.integration.glue_jobs.read_span"]
    done = subprocess.run(
        [*command, str(tmp_path), *spans], check=True, cwd=ROOT, env=spark_environment(), capture_output=True
    )
    # THEN each file is read once
    assert json.loads(done.stdout) == [["00", "05"], ["10", "15"], ["20"]]
