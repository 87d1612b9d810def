"""The Users dataset."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.cohort import UNKNOWN
from glue_jobs.transforms.cohorts import with_cohort_users

TRAITS = ("FAVOURITE_TEAM", "AGE_BAND", "COUNTRY", "TIER")


def users_dataset(accepted: DataFrame) -> DataFrame:
    """One row per viewer with the traits last told, and one per cohort."""
    newest = Window.partitionBy("viewer_id").orderBy(F.col("timestamp").desc(), F.col("cohort"))
    latest = (
        with_cohort_users(accepted)
        .withColumn("age", F.row_number().over(newest))
        .filter(F.col("age") == 1)
        .withColumn("traits", F.split(F.col("cohort"), "[|]"))
    )
    return latest.select(
        F.col("viewer_id").alias("USER_ID"),
        *(
            F.coalesce(F.element_at(F.col("traits"), at), F.lit(UNKNOWN)).alias(name)
            for at, name in enumerate(TRAITS, start=1)
        ),
    )
