"""The Users dataset."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.cohort import UNKNOWN
from glue_jobs.transforms.cohorts import with_cohort_users

TRAITS = ("FAVOURITE_TEAM", "AGE_BAND", "COUNTRY", "TIER")


def users_dataset(accepted: DataFrame) -> DataFrame:
    """Return one row per viewer with the latest traits, and one per cohort.

    Traits with a team come before newer ones without: in a match of other teams, a viewer has no team.
    """
    newest_first = Window.partitionBy("viewer_id").orderBy(
        F.col("has_no_team"), F.col("timestamp").desc(), F.col("cohort")
    )
    rows = with_cohort_users(accepted).withColumn("traits", F.split(F.col("cohort"), "[|]"))
    has_no_team = F.when(F.element_at(F.col("traits"), 1) == F.lit(UNKNOWN), 1).otherwise(0)
    latest = (
        rows.withColumn("has_no_team", has_no_team)
        .withColumn("position", F.row_number().over(newest_first))
        .filter(F.col("position") == 1)
    )
    return latest.select(
        F.col("viewer_id").alias("USER_ID"),
        *(
            F.coalesce(F.element_at(F.col("traits"), at), F.lit(UNKNOWN)).alias(name)
            for at, name in enumerate(TRAITS, start=1)
        ),
    )
