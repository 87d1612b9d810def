"""Sessions: a viewer's actions in a match without a long gap between them.

A session can span several connections: a connection ends after two hours, or when the network fails.
"""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from glue_jobs.clickstream_limits import SESSION_GAP_SECONDS

INSTANT = ("viewer_id", "match_id", "timestamp")


def nulls_first(*names: str) -> list[Column]:
    """Return columns to order by, nulls first: engines differ in where they put nulls."""
    return [F.col(name).asc_nulls_first() for name in names]


def with_sessions(actions: DataFrame, materialize: Callable[[DataFrame], DataFrame]) -> DataFrame:
    """Return `actions` with `session`, which counts a viewer's sessions in a match from 1.

    Actions of one instant belong to one session, so sessions are counted over instants. Most belong to a
    first session, so only the later sessions are joined to the actions.
    """
    later = materialize(_later_sessions(actions.filter(F.col("fault").isNull()).select(*INSTANT).distinct()))
    return (
        actions.join(later, on=list(INSTANT), how="left")
        .withColumn("session", F.coalesce(F.col("later_session"), F.lit(1)))
        .drop("later_session")
    )


def _later_sessions(instants: DataFrame) -> DataFrame:
    by_time = Window.partitionBy("viewer_id", "match_id").orderBy("timestamp")
    gap = F.col("timestamp") - F.lag("timestamp").over(by_time)
    starts = F.when(F.col("gap") > SESSION_GAP_SECONDS, 1).otherwise(0)
    return (
        instants.withColumn("gap", gap)
        .withColumn("starts", starts)
        .withColumn(
            "later_session",
            F.sum("starts").over(by_time.rowsBetween(Window.unboundedPreceding, 0)) + F.lit(1),
        )
        .filter(F.col("later_session") > 1)
        .select(*INSTANT, "later_session")
    )
