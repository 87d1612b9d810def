"""Every row arrives once: with increments above the ceiling, a failed one, and an upload across the mark."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.raw_file import RawFile
from lambdas.logic.import_plan import ImportLimits
from local.twin.services.personalize.store import Kind
from local.twin.twin import Twin
from tests.integration.training.rig import FinishedJobs, Planners, RawFiles, TrainingRig
from tests.support.personalize_data import ROLE, interactions, to_csv
from tests.support.waiting import eventually

MARK = datetime.now(tz=UTC).replace(microsecond=0) - timedelta(hours=1)
BASE = [{**row, "RECOMMENDATION_ID": f"base-{at}"} for at, row in enumerate(interactions(3000))]


def raw_file(minute: int) -> tuple[RawFile, list[dict[str, Any]]]:
    """Return a file of the clickstream, half as large as the dataset made of it, and its rows."""
    rows = [
        {**row, "RECOMMENDATION_ID": f"{minute}-{at}"}
        for at, row in enumerate(interactions(1000, seed=minute))
    ]
    at = MARK + timedelta(minutes=minute)
    return RawFile(key=f"{minute}.json", written_at=at, size_bytes=len(to_csv(rows)) // 2), rows


def test_every_row_arrives_once(twin: Twin, jobs: FinishedJobs, planners: Planners) -> None:
    # GIVEN files of which a part may hold one, and an upload that began between the third and the fourth
    files = dict(raw_file(minute) for minute in (1, 2, 3, 5))
    late, late_rows = raw_file(4)
    raw = RawFiles(rows=files, under_way=[late.written_at])
    limits = ImportLimits(increment_bytes=int(late.size_bytes * 2 * 1.5), min_increment_bytes=1)
    rig = TrainingRig(twin=twin, jobs=jobs, planners=planners, limits=limits, raw=raw)
    rig.write_dataset("interactions", BASE)
    rig.train()
    twin.client("ssm").put_parameter(Name=rig.imported_parameter, Value=MARK.isoformat(), Overwrite=True)
    jobs.write_interactions = lambda given: rig.write_dataset(
        "interactions", raw.rows_between(given["--since"], given["--until"])
    )
    # AND a second file that cannot be imported
    second = list(files)[1]
    good, files[second] = files[second], [{**row, "TIMESTAMP": "noon"} for row in files[second]]
    # WHEN an increment fails at the second part
    assert "do not conform" in rig.train(importMode="INCREMENTAL")["cause"]
    # THEN the first one is imported, and the next increment begins after it
    assert rig.imported_until() == text_of(second.written_at)
    # AND WHEN the file is corrected, what came before the beginning of the upload arrives, in two parts
    files[second] = good
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert rig.imported_until() == text_of(late.written_at)
    # AND WHEN the upload is complete, its file and the one after it arrive
    raw.under_way, raw.rows[late] = [], late_rows
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    expected = [row["RECOMMENDATION_ID"] for rows in (BASE, *raw.rows.values()) for row in rows]
    assert sorted(rig.interactions()) == sorted(expected)
    # AND no import was larger than its ceiling
    assert rig.import_modes("interactions") == ["FULL", *["INCREMENTAL"] * 6]


def increment_with(
    twin: Twin, jobs: FinishedJobs, planners: Planners, before_import: Callable[[TrainingRig], None]
) -> TrainingRig:
    """Return a rig with one file for an increment, and an act between its job and its import."""
    rig = TrainingRig(twin=twin, jobs=jobs, planners=planners, raw=RawFiles(rows=dict([raw_file(1)])))
    rig.write_dataset("interactions", BASE)
    assert rig.train()["status"] == "SUCCEEDED"
    twin.client("ssm").put_parameter(Name=rig.imported_parameter, Value=MARK.isoformat(), Overwrite=True)

    def write(given: dict[str, str]) -> None:
        rig.write_dataset("interactions", rig.raw.rows_between(given["--since"], given["--until"]))
        before_import(rig)

    jobs.write_interactions = write
    return rig


def assert_all_arrived_once(rig: TrainingRig) -> None:
    expected = [row["RECOMMENDATION_ID"] for rows in (BASE, *rig.raw.rows.values()) for row in rows]
    assert sorted(rig.interactions()) == sorted(expected)


def test_an_import_whose_end_no_execution_saw_is_not_repeated(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    # GIVEN an execution that is stopped while Personalize imports its interactions
    faults = twin.personalize.faults
    rig = increment_with(twin, jobs, planners, lambda _: faults.hold(Kind.DATASET_IMPORT_JOB))
    execution = rig.start(importMode="INCREMENTAL")
    eventually(lambda: len(rig.import_jobs("interactions")) == 2, "the import")
    rig.machines.stop_execution(executionArn=execution)
    ended = rig.wait_until_ended(execution)
    assert ended["status"] == "ABORTED", ended.get("cause")
    # WHEN the import succeeds, and another file arrives
    faults.clear()
    later, rows = raw_file(2)
    rig.raw.rows[replace(later, written_at=datetime.now(tz=UTC))] = rows
    jobs.write_interactions = lambda given: rig.write_dataset(
        "interactions", rig.raw.rows_between(given["--since"], given["--until"])
    )
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    # THEN the next execution begins after it
    assert rig.import_modes("interactions") == ["FULL", "INCREMENTAL", "INCREMENTAL"]
    assert_all_arrived_once(rig)


def test_an_import_that_was_created_without_an_answer_is_not_created_again(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    # GIVEN a call that created the job, and is repeated because its answer was lost
    rig = increment_with(twin, jobs, planners, create_the_same)
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    # THEN the execution waits for that job
    assert rig.import_modes("interactions") == ["FULL", "INCREMENTAL"]
    assert_all_arrived_once(rig)


def create_the_same(rig: TrainingRig) -> None:
    """Create the import job that the running execution is about to create, and wait until it has ended."""
    running = rig.machines.list_executions(stateMachineArn=rig.machine, statusFilter="RUNNING")
    (execution,) = running["executions"]
    digest = hashlib.md5(f"{execution['executionArn']}/1".encode(), usedforsecurity=False).hexdigest()
    rig.personalize.create_dataset_import_job(
        jobName=rig.imports["interactions"].name_prefix + digest,
        datasetArn=rig.datasets["interactions"],
        dataSource={"dataLocation": rig.imports["interactions"].location},
        roleArn=ROLE,
        importMode="INCREMENTAL",
    )
    eventually(lambda: rig.import_statuses("interactions") == ["ACTIVE", "ACTIVE"], "the import")


def test_too_little_to_import_waits_for_the_next_increment(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    # GIVEN that Personalize refuses an import of fewer than 1,000 rows
    raw = RawFiles(rows=dict([raw_file(1)]))
    limits = ImportLimits(min_increment_bytes=10_000_000)
    rig = TrainingRig(twin=twin, jobs=jobs, planners=planners, limits=limits, raw=raw)
    rig.train()
    until = rig.imported_until()
    # WHEN less has arrived, THEN the training uses what is imported, and the next increment has it all
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert (rig.import_modes("interactions"), rig.imported_until()) == (["FULL"], until)


def text_of(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
