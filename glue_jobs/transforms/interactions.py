"""The Interactions dataset."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import LEARNED, RECOMMENDER_TYPES
from domain.registry import CONTEXT_REGISTRY, ContextRegistry
from glue_jobs.clickstream_limits import MAX_IMPRESSION_LENGTH
from glue_jobs.transforms.cohorts import with_cohort_users


def interactions_dataset(accepted: DataFrame, registry: ContextRegistry = CONTEXT_REGISTRY) -> DataFrame:
    """Return the rows to import: of viewers and cohorts, with timestamps in seconds and context columns.

    Impressions outside the sample that apps report are left out: they came only because of a click, and would
    make the clicked components look as if they were shown more often. Personalize takes no weights.
    """
    counted = accepted.filter(F.col("weight") > 0)
    imported = counted.filter(F.col("type").isin(*(kind.value for kind in RECOMMENDER_TYPES)))
    return with_cohort_users(imported).select(
        F.col("viewer_id").alias("USER_ID"),
        F.col("component_id").alias("ITEM_ID"),
        F.col("timestamp").alias("TIMESTAMP"),
        F.col("type").alias("EVENT_TYPE"),
        F.when(F.length("impression") > MAX_IMPRESSION_LENGTH, F.col("component_id"))
        .otherwise(F.col("impression"))
        .alias("IMPRESSION"),
        F.col("recommendation_id").alias("RECOMMENDATION_ID"),
        *registry.names,
    )


def dataset_counts(dataset: DataFrame) -> DataFrame:
    """Return one row: `interactions`, those of the `learned` type, their `users` and `returning` users.

    A returning user has at least two interactions of the learned type.
    """
    is_learned = F.col("EVENT_TYPE") == F.lit(LEARNED.value)
    users = dataset.groupBy("USER_ID").agg(
        F.count("*").alias("interactions"), F.sum(F.when(is_learned, 1).otherwise(0)).alias("learned")
    )
    return users.agg(
        F.sum("interactions").alias("interactions"),
        F.sum("learned").alias("learned"),
        F.sum(F.when(F.col("learned") >= 1, 1).otherwise(0)).alias("users"),
        F.sum(F.when(F.col("learned") >= 2, 1).otherwise(0)).alias("returning"),
    )
