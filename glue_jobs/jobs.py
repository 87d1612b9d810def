"""The jobs, for any engine: the engine reads, transforms compute, the engine writes."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from glue_jobs.engine import Engine
from glue_jobs.quality_rules import check_rules, quality_report, raise_if_refused
from glue_jobs.transforms.clickstream import parse_clickstream
from glue_jobs.transforms.erased import without_erased
from glue_jobs.transforms.interactions import dataset_counts, interactions_dataset
from glue_jobs.transforms.items import items_dataset
from glue_jobs.transforms.measurements import lines_by_reason, measurements
from glue_jobs.transforms.popularity import popularity_table
from glue_jobs.transforms.quality import accepted, classify_lines, refused
from glue_jobs.transforms.users import users_dataset


def run_interactions(engine: Engine) -> None:
    """Write the Interactions dataset, the refused lines and the quality report.

    Raises DatasetRefusedError before writing any of the dataset.
    """
    lines = _classified_lines(engine)
    dataset = interactions_dataset(accepted(lines))
    engine.write_side_output(refused(lines), "refused")
    by_reason = {row["reason"]: int(row["lines"]) for row in lines_by_reason(lines).collect()}
    measured = measurements(accepted(lines)).collect()[0].asDict()
    results = check_rules(
        by_reason=by_reason,
        measured=measured,
        counts=dataset_counts(dataset).collect()[0].asDict(),
        now_seconds=engine.now_seconds(),
        incremental=engine.incremental,
    )
    engine.write_document(quality_report("interactions", results, by_reason, measured), "quality")
    raise_if_refused(results)
    engine.write(dataset)


def run_users(engine: Engine) -> None:
    """Write the Users dataset."""
    engine.write(users_dataset(accepted(_classified_lines(engine))))


def run_items(engine: Engine) -> None:
    """Write the Items dataset."""
    engine.write(items_dataset(engine.components()))


def run_popularity(engine: Engine) -> None:
    """Write the popularity table."""
    engine.write(popularity_table(accepted(_classified_lines(engine))))


def _classified_lines(engine: Engine) -> DataFrame:
    parsed = without_erased(parse_clickstream(engine.clickstream()), engine.tombstones())
    lines = classify_lines(
        parsed, engine.components(), now_seconds=engine.now_seconds(), materialize=engine.materialize
    )
    return engine.truncate_plan(lines)


JOBS: dict[str, Callable[[Engine], None]] = {
    "interactions": run_interactions,
    "users": run_users,
    "items": run_items,
    "popularity": run_popularity,
}
