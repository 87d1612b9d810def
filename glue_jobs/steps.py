"""The jobs as steps that any engine can run: an engine reads, these transform, the engine writes."""

from collections.abc import Callable
from typing import Any, Protocol

from pyspark.sql import DataFrame

from glue_jobs.rules import refuse, report, verdicts
from glue_jobs.transforms.clickstream import parse_clickstream
from glue_jobs.transforms.interactions import interactions_dataset, population
from glue_jobs.transforms.items import items_dataset
from glue_jobs.transforms.measures import lines_by_reason, measures
from glue_jobs.transforms.popularity import popularity_table
from glue_jobs.transforms.quality import accepted, judge, refused
from glue_jobs.transforms.users import users_dataset


class Engine(Protocol):
    """Where data comes from and goes to."""

    def now_seconds(self) -> int:
        """The present time in seconds since 1970."""

    @property
    def incremental(self) -> bool:
        """Whether the input is only what has arrived since an earlier run."""

    def clickstream(self) -> DataFrame:
        """`line, is_json, unread`, and the fields of `raw_fields` as text.

        A file that cannot be read at all is one line, with its name, which `unread` says.
        """

    def components(self) -> DataFrame:
        """`component_id, type, slot, categories, partner`, one row per component."""

    def keep(self, frame: DataFrame) -> DataFrame:
        """The same frame, computed once."""

    def named(self, frame: DataFrame) -> DataFrame:
        """The same frame, behind which its long plan does not show; an engine may compute it at once."""

    def write(self, frame: DataFrame) -> None:
        """The dataset, as CSV with a header."""

    def write_beside(self, frame: DataFrame, name: str) -> None:
        """What belongs to the run but not to the dataset, as JSON lines under `<output>-<name>`."""

    def write_document(self, document: dict[str, Any], name: str) -> None:
        """One JSON document under `<output>-<name>`."""


def run_interactions(engine: Engine) -> None:
    """The Interactions dataset, the refused lines, and the report on its quality.

    Raises DatasetRefusedError before anything of the dataset is written.
    """
    judged = _judged(engine)
    dataset = interactions_dataset(accepted(judged))
    engine.write_beside(refused(judged), "refused")
    by_reason = {row["reason"]: int(row["lines"]) for row in lines_by_reason(judged).collect()}
    measured = measures(accepted(judged)).collect()[0].asDict()
    found = verdicts(
        by_reason=by_reason,
        measured=measured,
        population=population(dataset).collect()[0].asDict(),
        now_seconds=engine.now_seconds(),
        incremental=engine.incremental,
    )
    engine.write_document(report("interactions", found, by_reason, measured), "quality")
    refuse(found)
    engine.write(dataset)


def run_users(engine: Engine) -> None:
    """The Users dataset."""
    engine.write(users_dataset(accepted(_judged(engine))))


def run_items(engine: Engine) -> None:
    """The Items dataset."""
    engine.write(items_dataset(engine.components()))


def run_popularity(engine: Engine) -> None:
    """The popularity table."""
    engine.write(popularity_table(accepted(_judged(engine))))


def _judged(engine: Engine) -> DataFrame:
    parsed = parse_clickstream(engine.clickstream())
    return engine.named(
        judge(parsed, engine.components(), now_seconds=engine.now_seconds(), keep=engine.keep)
    )


STEPS: dict[str, Callable[[Engine], None]] = {
    "interactions": run_interactions,
    "users": run_users,
    "items": run_items,
    "popularity": run_popularity,
}
