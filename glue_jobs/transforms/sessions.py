"""Sessions: a viewer's acts in a match with no long silence between them, on whichever connection.

A connection ends after two hours or in a tunnel; the viewer stays.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from glue_jobs.limits import LONGEST_SILENCE_SECONDS


def in_order(*names: str) -> list[Column]:
    """The columns to order by, nulls first: engines differ in where they put them."""
    return [F.col(name).asc_nulls_first() for name in names]


def with_sessions(acts: DataFrame) -> DataFrame:
    """`acts` with `session`, which counts a viewer's sessions in a match from 1."""
    order = in_order("timestamp", "line", "interaction_id", "component_id", "type", "session_id")
    course = Window.partitionBy("fault", "viewer_id", "match_id").orderBy(*order)
    silence = F.col("timestamp") - F.lag("timestamp").over(course)
    begins = F.col("silence").isNull() | (F.col("silence") > LONGEST_SILENCE_SECONDS)
    return (
        acts.withColumn("silence", silence)
        .withColumn("begins", F.when(begins, 1).otherwise(0))
        .withColumn("session", F.sum("begins").over(course.rowsBetween(Window.unboundedPreceding, 0)))
    )
