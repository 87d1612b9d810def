"""Job runs: each downloads its input, runs in a process of its own, and uploads its dataset."""

import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from glue_jobs.arrival_span import INCREMENTAL, UP_TO_DATE, WHOLE_HISTORY, parse_instant
from glue_jobs.viewer_objects import parse_places, read_request, serve_version, versions, write_result
from local.twin.services.glue.errors import (
    ConcurrentRunsExceededError,
    EntityNotFoundError,
    InvalidInputError,
)
from local.twin.services.glue.objects import download, split_location, upload
from paths import ROOT

DATASETS = ("interactions", "users", "items", "popularity")
ACTIVE_STATES = frozenset({"STARTING", "RUNNING"})
TIMEOUT_SECONDS = 2 * 3600
KEPT_RUNS = 1_000
"""The service keeps runs for 90 days."""


@dataclass(slots=True, kw_only=True)
class JobRun:
    """One run of a job."""

    job_name: str
    arguments: Mapping[str, str]
    role_arn: str
    id: str = field(default_factory=lambda: f"jr_{uuid.uuid4().hex}")
    state: str = "STARTING"
    error: str | None = None
    started_on: datetime = field(default_factory=lambda: datetime.now(tz=UTC))
    completed_on: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the run in the form of Glue's shape `JobRun`."""
        ended = self.completed_on or datetime.now(tz=UTC)
        fields: dict[str, Any] = {
            "Id": self.id,
            "Attempt": 0,
            "JobName": self.job_name,
            "JobRunState": self.state,
            "Arguments": dict(self.arguments),
            "StartedOn": self.started_on.timestamp(),
            "LastModifiedOn": ended.timestamp(),
            "CompletedOn": self.completed_on.timestamp() if self.completed_on else None,
            "ExecutionTime": int((ended - self.started_on).total_seconds()),
            "ErrorMessage": self.error,
        }
        return {name: value for name, value in fields.items() if value is not None}


class JobRuns:
    """Starts runs and keeps the newest results; a job has one run at a time, as the templates declare."""

    def __init__(self, s3: Callable[[str], Any], definition: Callable[[str], Mapping[str, Any]]) -> None:
        self._s3 = s3
        self._definition = definition
        self._runs: dict[str, JobRun] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="glue")

    def start(self, job_name: str, arguments: Mapping[str, str]) -> JobRun:
        """Start a run; raises EntityNotFoundError, InvalidInputError or ConcurrentRunsExceededError."""
        definition = self._definition(job_name)
        merged = {**definition.get("DefaultArguments", {}), **arguments}
        begun = JobRun(job_name=job_name, arguments=merged, role_arn=definition.get("Role", ""))
        if "--places" in merged:
            return self._begin(begun, self._serve_viewer_request)
        for name in ("--input", "--catalogue", "--erased", "--output"):
            if not merged.get(name, "").startswith("s3://"):
                raise InvalidInputError(f"argument {name}: expected an s3:// location.")
        _span(merged)
        dataset = dataset_of(definition)
        return self._begin(begun, lambda run, folder: self._run_in_process(run, dataset, folder))

    def _begin(self, run: JobRun, work: Callable[[JobRun, Path], str | None]) -> JobRun:
        """Start the work, which returns its error message if it fails."""
        job_name = run.job_name
        with self._lock:
            if any(one.job_name == job_name and one.state in ACTIVE_STATES for one in self._runs.values()):
                raise ConcurrentRunsExceededError(f"Concurrent runs exceeded for {job_name}")
            self._runs[run.id] = run
            if len(self._runs) > KEPT_RUNS:
                del self._runs[next(iter(self._runs))]
        self._pool.submit(self._run, run, work)
        return run

    def get(self, job_name: str, run_id: str) -> JobRun:
        """Return one run; raises EntityNotFoundError."""
        run = self._runs.get(run_id)
        if run is None or run.job_name != job_name:
            raise EntityNotFoundError(f"Job run {run_id} of {job_name} is not found.")
        return run

    def all(self, job_name: str) -> list[JobRun]:
        """Return the runs of a job, newest first."""
        return [run for run in reversed(list(self._runs.values())) if run.job_name == job_name]

    def close(self) -> None:
        """Wait for the runs under way, and cancel those that have not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, run: JobRun, work: Callable[[JobRun, Path], str | None]) -> None:
        run.state = "RUNNING"
        try:
            with tempfile.TemporaryDirectory(prefix="glue-") as folder:
                run.error = work(run, Path(folder))
        except Exception as error:  # noqa: BLE001 - any failure is the run's error message
            run.error = repr(error)
        run.completed_on = datetime.now(tz=UTC)
        run.state = "SUCCEEDED" if run.error is None else "FAILED"

    def _serve_viewer_request(self, run: JobRun, folder: Path) -> None:
        """Do what the job does on Spark's workers, one object after another."""
        del folder
        s3, location = self._s3(run.role_arn), run.arguments["--request"]
        request, places = read_request(s3, location), parse_places(s3, run.arguments["--places"])
        found = list(versions(s3, places, old=request.erases))
        write_result(s3, location, places, [serve_version(s3, one, request, location) for one in found])

    def _run_in_process(self, run: JobRun, dataset: str, folder: Path) -> str | None:
        s3, arguments = self._s3(run.role_arn), run.arguments
        since, until = _span(arguments)
        is_incremental = arguments.get("--import_mode") == INCREMENTAL
        if dataset != "items":
            download(s3, arguments["--input"], folder / "input", since, until)
            download(s3, arguments["--erased"], folder / "erased")
        bucket, key = split_location(arguments["--catalogue"])
        (folder / "components.json").write_bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        command = [sys.executable, "-m", "local.twin.services.glue.run", dataset]
        command += ["--input", str(folder / "input"), "--catalogue", str(folder / "components.json")]
        command += ["--erased", str(folder / "erased")]
        command += ["--output", str(folder / "output"), *(["--incremental"] if is_incremental else [])]
        finished = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )
        for path in sorted(folder.glob("output*")):
            upload(s3, path, arguments["--output"].rstrip("/") + path.name.removeprefix("output") + "/")
        if finished.returncode:
            return (finished.stderr.strip().splitlines() or ["the job ended without an error message"])[-1]
        return None


def _span(arguments: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return the first instant of the input's arrival, and the one that ends it; raises InvalidInputError."""
    try:
        return (
            parse_instant("since", arguments.get("--since", WHOLE_HISTORY), open_end=WHOLE_HISTORY),
            parse_instant("until", arguments.get("--until", UP_TO_DATE), open_end=UP_TO_DATE),
        )
    except ValueError as error:
        raise InvalidInputError(str(error)) from None


def dataset_of(definition: Mapping[str, Any]) -> str:
    """Return the dataset that a job writes, from its output location; raises InvalidInputError."""
    output = str(definition.get("DefaultArguments", {}).get("--output", ""))
    name = output.rstrip("/").rpartition("/")[2]
    if name not in DATASETS:
        raise InvalidInputError(
            f"argument --output: expected one that ends in {', '.join(DATASETS)}, got {output!r}."
        )
    return name
