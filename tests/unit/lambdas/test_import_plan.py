"""Imports are split, or become full ones, before Personalize refuses their size."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.raw_file import RawFile
from lambdas.handlers import plan_import
from lambdas.handlers.composition.imports import import_planner
from lambdas.logic.errors import ImportTooLargeError
from lambdas.logic.import_plan import ImportLimits, ImportPlan, ImportPlanner, ImportRequest, Mode
from tests.support.aws import REGION, session
from tests.support.lambda_context import LambdaContext

START = datetime(2026, 6, 12, 4, tzinfo=UTC)
MARK = START - timedelta(hours=1)
LIMITS = ImportLimits(increment_bytes=100, full_bytes=1_000, min_increment_bytes=10, parts=5)


@dataclass(kw_only=True)
class Stores:
    """A clickstream, uploads under way and the size of the written dataset."""

    sizes: Sequence[int] = ()
    under_way: Sequence[datetime] = ()
    written: int = 0
    suffix: str = "json"
    minutes: Sequence[int] = field(default_factory=lambda: range(1, 60))

    def files(self) -> list[RawFile]:
        return [
            RawFile(
                key=f"{minute}.{self.suffix}", written_at=MARK + timedelta(minutes=minute), size_bytes=size
            )
            for minute, size in zip(self.minutes, self.sizes, strict=False)
        ]

    def uploads(self) -> Sequence[datetime]:
        return self.under_way

    def size_bytes(self) -> int:
        return self.written


def minutes(count: int) -> datetime:
    return MARK + timedelta(minutes=count)


def request(mode: Mode = Mode.INCREMENTAL, *, full: bool = True, since: datetime = MARK) -> ImportRequest:
    return ImportRequest(mode=mode, since=since, started_at=START, allows_full_import=full, window_days=30)


def planner(stores: Stores) -> ImportPlanner:
    return ImportPlanner(stores, stores, LIMITS)


def parts_of(stores: Stores) -> list[int]:
    """Return the bytes of each part of an execution."""
    planned, since = [], MARK
    while True:
        plan = planner(stores).plan(request(since=since, full=False))
        planned.append(
            sum(file.size_bytes for file in stores.files() if since <= file.written_at < plan.until)
        )
        if plan.is_last:
            return planned
        since = plan.until


def test_an_increment_that_fits_is_one_part() -> None:
    plan = planner(Stores(sizes=[40, 60])).plan(request())
    assert (plan.mode, plan.since, plan.until, plan.is_last) == (Mode.INCREMENTAL, MARK, START, True)


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [([60, 60, 60, 60], [60, 60, 60, 60]), ([50, 50, 50, 50], [100, 100]), ([30, 250, 30], [30, 250, 30])],
)
def test_a_larger_one_is_split_between_files(sizes: list[int], parts: list[int]) -> None:
    assert parts_of(Stores(sizes=sizes)) == parts


def test_files_of_one_time_stay_together() -> None:
    assert parts_of(Stores(sizes=[60, 60, 60], minutes=[1, 1, 2])) == [120, 60]


def test_a_part_ends_before_an_upload_under_way_began() -> None:
    plan = planner(Stores(sizes=[40, 60], under_way=[minutes(2)])).plan(request())
    assert (plan.until, plan.is_last) == (minutes(2), True)


def test_too_little_is_not_imported() -> None:
    assert planner(Stores(sizes=[9])).plan(request()).is_too_small
    assert planner(Stores()).plan(request()).is_too_small
    assert not planner(Stores(sizes=[10])).plan(request()).is_too_small


def test_compressed_files_count_for_what_becomes_of_them() -> None:
    assert planner(Stores(sizes=[9], suffix="jsonl")).plan(request()).is_too_small
    assert not planner(Stores(sizes=[9], suffix="parquet")).plan(request()).is_too_small


@pytest.mark.parametrize(("full", "mode"), [(True, Mode.FULL), (False, Mode.INCREMENTAL)])
def test_an_increment_of_many_parts_becomes_a_full_import_where_that_is_allowed(
    *, full: bool, mode: Mode
) -> None:
    plan = planner(Stores(sizes=[90] * 6)).plan(request(full=full))
    assert plan.mode is mode


def test_a_full_import_reads_a_window() -> None:
    plan = planner(Stores(sizes=[90])).plan(request(Mode.FULL))
    assert (plan.since, plan.until) == (START - timedelta(days=30), START)


def increment(until: datetime) -> ImportPlan:
    return ImportPlan(mode=Mode.INCREMENTAL, since=MARK, until=until, end=START)


def test_a_dataset_that_fits_is_imported() -> None:
    assert planner(Stores(written=100)).check(increment(START), request()) is None
    full = ImportPlan(mode=Mode.FULL, since=None, until=START, end=START)
    assert planner(Stores(written=1_000)).check(full, request(Mode.FULL)) is None


def test_a_dataset_that_became_too_large_is_written_again_for_a_shorter_span() -> None:
    # GIVEN four files that became three times as large as they were estimated
    stores = Stores(sizes=[20, 20, 20, 20], written=240)
    # THEN the span of about half of what would fit replaces it
    smaller = planner(stores).check(increment(START), request())
    assert smaller == ImportPlan(mode=Mode.INCREMENTAL, since=MARK, until=minutes(2), end=START)


def test_one_file_that_is_too_large_becomes_a_full_import_or_is_refused() -> None:
    stores = Stores(sizes=[90], written=150)
    full = planner(stores).check(increment(START), request())
    assert full is not None
    assert full.mode is Mode.FULL
    with pytest.raises(ImportTooLargeError, match=r"upload 1\.json in several files"):
        planner(stores).check(increment(START), request(full=False))


def test_a_full_import_that_is_too_large_names_the_setting() -> None:
    full = ImportPlan(mode=Mode.FULL, since=None, until=START, end=START)
    with pytest.raises(
        ImportTooLargeError, match=r"at most 1,000 bytes .* shorten personalize\.full_import_days"
    ):
        planner(Stores(written=1_001)).check(full, request(Mode.FULL))


@pytest.fixture
def buckets(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The two buckets, and the function's settings."""
    s3 = session().client("s3", REGION)
    for name in ("raw", "tidy"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    settings = {
        "RAW_BUCKET_NAME": "raw",
        "CLICKSTREAM_PREFIX": "interactions/",
        "CURATED_BUCKET_NAME": "tidy",
        "DATASET_PREFIX": "datasets/interactions/",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    import_planner.reset()
    return s3


def call(step: str, **fields: Any) -> dict[str, Any]:
    tomorrow = (datetime.now(tz=UTC) + timedelta(days=1)).isoformat()
    event = {"mode": "INCREMENTAL", "since": "always", "startedAt": tomorrow, "allowsFullImport": False}
    answer: dict[str, Any] = plan_import.handler(
        {"step": step, **event, "windowDays": 365, **fields}, LambdaContext()
    )
    return answer


def test_the_function_reads_the_buckets(buckets: Any) -> None:
    # GIVEN a file, and an upload in parts that is not complete
    buckets.put_object(Bucket="raw", Key="interactions/a.json", Body=b"x" * 200_000)
    buckets.put_object(Bucket="raw", Key="errors/b.json", Body=b"x")
    planned = call("plan")
    assert (planned["mode"], planned["since"], planned["isLast"]) == ("INCREMENTAL", "always", True)
    assert planned["isTooSmall"] is False
    # WHEN the job has written a dataset that fits
    buckets.put_object(Bucket="tidy", Key="datasets/interactions/part-0.csv", Body=b"x" * 1_000)
    assert call("check", plan=planned) == {"fits": True}
    # AND WHEN an upload is under way, THEN nothing from its beginning on is imported
    buckets.create_multipart_upload(Bucket="raw", Key="interactions/c.json")
    assert call("plan")["end"] < planned["end"]
