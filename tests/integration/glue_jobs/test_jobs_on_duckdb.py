"""The jobs as the twin runs them, on dirty data and from bucket to bucket."""

import asyncio
import gzip
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from domain.registry import CONTEXT_REGISTRY
from lambdas.adapters.personalize import PersonalizeEventTracker
from local.twin.edge.services import FORWARD, ServiceAnswer, ServiceRequest
from local.twin.services.glue.objects import decompress, download
from local.twin.services.glue.service import GlueService
from paths import COMPONENTS_FILE
from tests.integration.glue_jobs.dirty_data import (
    ACCEPTED,
    ERASED,
    FAULTS,
    IMPORTED,
    LONG_IMPRESSION,
    NOW,
    RETURNED,
    START,
    TWO_LINE_ID,
    write_dirty_clickstream,
    write_tombstones,
)

ATTACKED = "poll-next-goal"
JOBS = ("interactions", "users", "items", "popularity")
NOON = datetime(2026, 6, 11, 12, tzinfo=UTC)
PLACES = {
    "--input": "s3://raw/interactions/",
    "--catalogue": "s3://curated/catalogue/components.json",
    "--erased": "s3://privacy/erased/",
    "--output": "s3://curated/datasets/users/",
}


def run(job: str, source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.twin.services.glue.run", job, "--input", str(source)]
    command += ["--catalogue", str(COMPONENTS_FILE), "--erased", str(output / "erased")]
    command += ["--output", str(output / job), "--now", str(NOW)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs")
    write_dirty_clickstream(folder / "raw")
    write_tombstones(folder / "erased")
    for job in JOBS:
        finished = run(job, folder / "raw", folder)
        assert finished.returncode == 0, finished.stderr
    return folder


def read(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "part-00000.csv", dtype=str, keep_default_na=False)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "part-00000.json").read_text().splitlines()]


def test_refused_lines_are_counted_and_kept_with_their_reason(produced: Path) -> None:
    (report,) = lines(produced / "interactions-quality")
    assert report["lines"] == {**FAULTS, "accepted": ACCEPTED}
    refused = lines(produced / "interactions-refused")
    assert len(refused) == sum(FAULTS.values())
    unknown = [row for row in refused if row["reason"] == "component_id is unknown"]
    assert {row["component_id"] for row in unknown} == {"nobody-knows"}
    (cut,) = [row for row in refused if row["reason"] == "the file cannot be read"]
    assert cut["line"] == "cut.parquet"


def test_the_report_has_the_measurements_and_the_rules_that_hold(produced: Path) -> None:
    (report,) = lines(produced / "interactions-quality")
    assert report["holds"] is True
    assert report["measured"]["viewers"] == 120
    assert report["measured"]["lines"] == ACCEPTED
    assert report["measured"]["MATCH_EVENT"] == ACCEPTED
    assert 120 <= report["measured"]["sessions"] <= ACCEPTED
    rules = {rule["rule"]: rule["measured"] for rule in report["rules"]}
    assert rules["at least 1000 interactions"] == 2 * IMPORTED
    # AND the solution learns from clicks only, so there must be enough clicks too
    clicks = read(produced / "interactions")["EVENT_TYPE"].eq("click").sum()
    assert rules["at least 1000 clicks"] == clicks < ACCEPTED


def test_accepted_rows_are_imported_for_viewer_and_cohort(produced: Path) -> None:
    rows = read(produced / "interactions")
    is_cohort = rows["USER_ID"].str.startswith("cohort:")
    assert (is_cohort.sum(), (~is_cohort).sum()) == (IMPORTED, IMPORTED)
    assert rows["TIMESTAMP"].astype(int).between(NOW - 400_000, NOW).all()
    assert set(rows["EVENT_TYPE"]) == {"impression", "click", "dismissal"}
    assert rows.loc[is_cohort, "RECOMMENDATION_ID"].str.len().eq(32).all()


def test_bulk_imports_and_events_hold_equal_interactions(produced: Path) -> None:
    # GIVEN that Personalize removes duplicates, which must be equal in every field
    events: list[dict[str, Any]] = []

    class Client:
        def put_events(self, **request: Any) -> None:
            events.extend({"userId": request["userId"], **event} for event in request["eventList"])

    text = (produced / "raw" / "a" / "one.json").read_text()
    raw = [json.loads(line) for line in text.splitlines() if line.startswith('{"interaction_id": "act-')]
    good = {
        row["interaction_id"]: row for row in raw if int(row["interaction_id"][4:]) > LONG_IMPRESSION
    }.values()
    sent = [row for row in good if row["type"] != "watch" and row.get("weight") != 0]
    recorded = [RecordedInteraction.from_dict(row) for row in sent]
    assert len(recorded) > 100
    # WHEN interactions are sent both ways
    client: Any = Client()
    for interaction in recorded:
        PersonalizeEventTracker(client, "tracker").put_events([interaction])
    rows = read(produced / "interactions").set_index(["USER_ID", "TIMESTAMP"])
    # THEN the rows equal the events
    for event in events:
        row = rows.loc[(event["userId"], str(int(event["sentAt"].timestamp())))]
        assert (row["ITEM_ID"], row["EVENT_TYPE"]) == (event["itemId"], event["eventType"])
        assert row["IMPRESSION"].split("|") == event["impression"]
        assert row["RECOMMENDATION_ID"] == event.get("recommendationId", "")
        columns = {column.camel: row[column.name] for column in CONTEXT_REGISTRY.columns}
        assert columns == json.loads(event["properties"])


def test_an_erased_viewer_is_in_no_dataset_and_one_who_came_back_is(produced: Path) -> None:
    # GIVEN lines of a viewer from before the erasure, and of a viewer from after it
    assert ERASED in "".join(path.read_text() for path in (produced / "raw").glob("*/*.json"))
    written = [path.read_text() for path in produced.rglob("part-*") if "raw" not in path.parts]
    # THEN nothing that the jobs write names the first, and the second is a user
    assert [text for text in written if ERASED in text] == []
    assert RETURNED in set(read(produced / "users")["USER_ID"])
    assert (read(produced / "interactions")["USER_ID"] == RETURNED).sum() > 10


def test_a_field_that_personalize_refuses_does_not_affect_other_fields(produced: Path) -> None:
    rows = read(produced / "interactions")

    def of(act: int) -> pd.DataFrame:
        return rows[rows["TIMESTAMP"] == str(START + act * 120)]

    # GIVEN accepted lines with an id of two lines and with an impression that is too long
    assert "" in set(of(TWO_LINE_ID)["RECOMMENDATION_ID"])
    # THEN the too long impression is replaced by the component itself
    crowded = of(LONG_IMPRESSION)
    assert crowded["IMPRESSION"].tolist() == crowded["ITEM_ID"].tolist()
    others = rows[rows["TIMESTAMP"] != str(START + LONG_IMPRESSION * 120)]
    assert others["IMPRESSION"].str.count("[|]").eq(3).all()


def test_users_have_their_traits_and_cohorts_are_users(produced: Path) -> None:
    users = read(produced / "users").set_index("USER_ID")
    assert len(users) == 120 + 3
    assert set(users["FAVOURITE_TEAM"].filter(like="viewer-")) == {"Italy", "Turkey"}
    assert users.loc["viewer-1", "FAVOURITE_TEAM"] == "Italy"
    assert users.loc["cohort:Turkey|25-34|IT|premium", "TIER"] == "premium"


def test_items_are_the_catalogue(produced: Path) -> None:
    items = read(produced / "items").set_index("ITEM_ID")
    assert len(items) == len(json.loads(COMPONENTS_FILE.read_text())["components"])
    assert items.loc["prediction-next-goal", "CATEGORIES"] == "betting|engagement"


def test_popularity_is_ranked_in_each_cell_and_its_wider_cells(produced: Path) -> None:
    table = read(produced / "popularity")
    cells = set(table["cell"])
    assert {"ALL", "goal", "goal/level", "goal/level/first_half/even/final@neutral_ground"} <= cells
    for _, cell in table.groupby("cell"):
        ordered = cell.assign(rank=cell["rank"].astype(int)).sort_values("rank")
        assert ordered["rank"].tolist() == list(range(1, len(cell) + 1))
        assert ordered["rate"].astype(float).is_monotonic_decreasing


def test_a_sampled_impression_counts_with_its_weight_and_a_proof_for_nothing(tmp_path: Path) -> None:
    rates = []
    for name, weight in (("none", 0.0), ("some", 1.0), ("many", 100.0)):
        folder = tmp_path / name
        write_dirty_clickstream(folder / "raw")
        shown = _act(0, InteractionType.IMPRESSION, version=9_999)
        acts = [replace(shown, weight=weight), _act(1, InteractionType.CLICK, version=9_999)]
        (folder / "raw" / "more.json").write_text("".join(json.dumps(act.to_dict()) + "\n" for act in acts))
        assert run("popularity", folder / "raw", folder).returncode == 0
        table = read(folder / "popularity").set_index(["cell", "component_id"])["rate"].astype(float)
        rates.append(table["ALL", ATTACKED])
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > rates[1] > 1.2 * rates[2]


def test_nine_thousand_clicks_of_one_viewer_hardly_change_a_rate(tmp_path: Path) -> None:
    # GIVEN a viewer who clicks a component once a minute for days: placements that they never saw, and a
    # single one that they did see
    unseen = [_act(at, InteractionType.CLICK, version=10_000 + at) for at in range(4_500)]
    seen = [_act(at, InteractionType.CLICK, version=9_999) for at in range(1, 4_500)]
    attack = [_act(0, InteractionType.IMPRESSION, version=9_999), *seen, *unseen]
    tables = []
    for name, acts in (("before", []), ("after", attack)):
        folder = tmp_path / name
        write_dirty_clickstream(folder / "raw")
        text = "".join(json.dumps(act.to_dict()) + "\n" for act in acts)
        (folder / "raw" / "attack.json").write_text(text)
        assert run("popularity", folder / "raw", folder).returncode == 0
        tables.append(read(folder / "popularity").set_index(["cell", "component_id"])["rate"].astype(float))
    # THEN one impression and one click count
    before, after = tables
    changes = (after - before)[lambda change: change.abs() > 1e-9]
    assert set(changes.index.get_level_values("component_id")) == {ATTACKED}
    assert changes.abs().max() < 0.05


def _act(at: int, kind: InteractionType, *, version: int) -> RecordedInteraction:
    """Return an act on one component, received and dated a minute after the one before."""
    instant = datetime.fromtimestamp(START + at * 60, UTC)
    act = Interaction(
        type=kind, component_id=ATTACKED, slot=Slot.OVERLAY, version=version, occurred_at=instant
    )
    return RecordedInteraction(
        interaction=act,
        received_at=instant,
        match_id="match",
        viewer_id="mallory",
        cohort_key="Italy|25-34|IT|premium",
        session_id="session-mallory",
        columns={
            "MATCH_EVENT": "goal",
            "SCORE_DIFFERENCE": "level",
            "MATCH_PHASE": "first_half",
            "TEAM_COMPOSITION": "even",
            "OCCASION": "final@neutral_ground",
        },
    )


def test_too_little_data_is_refused_with_the_numbers(tmp_path: Path) -> None:
    write_dirty_clickstream(tmp_path / "raw", good=400)
    write_tombstones(tmp_path / "erased")
    finished = run("interactions", tmp_path / "raw", tmp_path)
    assert finished.returncode == 1
    assert "DatasetRefusedError: expected at least 1000 interactions, got 792" in finished.stderr
    assert not (tmp_path / "interactions").exists()
    assert lines(tmp_path / "interactions-refused")


def test_a_truncated_gzip_file_is_read_as_far_as_possible() -> None:
    content = b"".join(b'{"line": %d}\n' % at for at in range(10_000))
    packed = gzip.compress(content)
    assert decompress(packed) == content
    kept = decompress(packed[: len(packed) // 2])
    assert content.startswith(kept)
    assert len(kept) > 1000


class InMemoryS3:
    """The operations of S3 that a job run uses."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.arrived: dict[str, datetime] = {}

    def get_paginator(self, operation: str) -> "InMemoryS3":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        found = [key for bucket, key in sorted(self.objects) if bucket == Bucket and key.startswith(Prefix)]
        yield {"Contents": [{"Key": key, "LastModified": self.arrived.get(key, NOON)} for key in found]}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        self.objects[Bucket, Key] = Body

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        del self.objects[Bucket, Key]


async def call(service: GlueService, operation: str, **fields: Any) -> ServiceAnswer:
    return await service(
        ServiceRequest(
            service="glue",
            method="POST",
            path="/",
            query_string="",
            headers={"X-Amz-Target": f"AWSGlue.{operation}"},
            body=json.dumps(fields).encode(),
        )
    )


async def call_json(service: GlueService, operation: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = await call(service, operation, **fields)
    assert answer is not FORWARD
    return answer.status, json.loads(answer.body)


async def test_a_job_run_goes_from_bucket_to_bucket(tmp_path: Path) -> None:
    # GIVEN a raw bucket with a gzipped clickstream, a catalogue and a job
    write_dirty_clickstream(tmp_path)
    s3 = InMemoryS3()
    raw = (tmp_path / "a/one.json").read_bytes() + (tmp_path / "b/two.json").read_bytes()
    s3.objects["raw", "interactions/date=2026-01-01/part.json.gz"] = gzip.compress(raw)
    s3.objects["curated", "catalogue/components.json"] = COMPONENTS_FILE.read_bytes()
    s3.objects["curated", "datasets/users/left-over.csv"] = b"old"
    service = GlueService(lambda _role_arn: s3, lambda _: {"DefaultArguments": PLACES})
    # WHEN a run is started, and a second one at the same time
    _, started = await call_json(service, "StartJobRun", JobName="job")
    status, refusal = await call_json(service, "StartJobRun", JobName="job")
    assert (status, refusal["__type"]) == (400, "ConcurrentRunsExceededException")
    deadline = time.monotonic() + 120
    state = "STARTING"
    while state in ("STARTING", "RUNNING") and time.monotonic() < deadline:
        run = (await call_json(service, "GetJobRun", JobName="job", RunId=started["JobRunId"]))[1]["JobRun"]
        state = run["JobRunState"]
        await asyncio.sleep(0.05)
    await service.close()
    # THEN the first succeeds, and its dataset replaces the old one
    assert state == "SUCCEEDED", run
    assert [key for bucket, key in s3.objects if key.startswith("datasets/users/")] == [
        "datasets/users/part-00000.csv"
    ]


def test_consecutive_increments_read_each_file_once(tmp_path: Path) -> None:
    # GIVEN files that arrived at the ends of two spans and between them
    s3, marks = InMemoryS3(), [NOON + timedelta(minutes=minute) for minute in (0, 10, 20)]
    arrivals = (NOON, NOON + timedelta(minutes=9), marks[1], NOON + timedelta(minutes=19), marks[2])
    for at, arrival in enumerate(arrivals):
        key = f"interactions/{at}.parquet"
        s3.objects["raw", key], s3.arrived[key] = str(at).encode(), arrival
    read = []
    # WHEN each run reads what has arrived since the start of the one before
    for number, span in enumerate(zip([None, *marks[1:]], [*marks[1:], None], strict=True)):
        folder = tmp_path / str(number)
        download(s3, "s3://raw/interactions/", folder, *span)
        read.append([path.read_text() for path in sorted(folder.iterdir())])
    # THEN no file is read twice or left out
    assert read == [["0", "1"], ["2", "3"], ["4"]]


async def test_an_argument_that_is_not_an_instant_is_refused() -> None:
    service = GlueService(lambda _role_arn: InMemoryS3(), lambda _: {"DefaultArguments": PLACES})
    for end in ("--since", "--until"):
        status, refusal = await call_json(service, "StartJobRun", JobName="job", Arguments={end: "yesterday"})
        assert (status, refusal["__type"]) == (400, "InvalidInputException")
        assert f"argument {end}: expected" in refusal["Message"]
    await service.close()


async def test_other_operations_are_not_handled_and_unknown_runs_are_not_found() -> None:
    service = GlueService(lambda _role_arn: InMemoryS3(), lambda _: {})
    assert await call(service, "GetDatabases") is FORWARD
    status, refusal = await call_json(service, "GetJobRun", JobName="job", RunId="jr_x")
    assert (status, refusal["__type"]) == (400, "EntityNotFoundException")
    await service.close()
