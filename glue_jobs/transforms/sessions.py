"""Sessions: a viewer's acts in a match with no long silence between them, on whichever connection.

A connection ends after two hours or in a tunnel; the viewer stays.
"""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from glue_jobs.limits import LONGEST_SILENCE_SECONDS

MOMENT = ("viewer_id", "match_id", "timestamp")


def in_order(*names: str) -> list[Column]:
    """The columns to order by, nulls first: engines differ in where they put them."""
    return [F.col(name).asc_nulls_first() for name in names]


def with_sessions(acts: DataFrame, keep: Callable[[DataFrame], DataFrame]) -> DataFrame:
    """`acts` with `session`, which counts a viewer's sessions in a match from 1.

    Acts of one instant are of one session, so that instants are looked at, not acts; and most of them are of
    a first session, so that only the later ones are joined to the acts.
    """
    later = keep(_later_sessions(acts.filter(F.col("fault").isNull()).select(*MOMENT).distinct()))
    return (
        acts.join(later, on=list(MOMENT), how="left")
        .withColumn("session", F.coalesce(F.col("later_session"), F.lit(1)))
        .drop("later_session")
    )


def _later_sessions(instants: DataFrame) -> DataFrame:
    course = Window.partitionBy("viewer_id", "match_id").orderBy("timestamp")
    silence = F.col("timestamp") - F.lag("timestamp").over(course)
    begins = F.when(F.col("silence") > LONGEST_SILENCE_SECONDS, 1).otherwise(0)
    return (
        instants.withColumn("silence", silence)
        .withColumn("begins", begins)
        .withColumn(
            "later_session",
            F.sum("begins").over(course.rowsBetween(Window.unboundedPreceding, 0)) + F.lit(1),
        )
        .filter(F.col("later_session") > 1)
        .select(*MOMENT, "later_session")
    )
