"""What a run measures of its input: the ground on which the rules of data quality stand."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry

ACCEPTED = "accepted"


def lines_by_reason(judged: DataFrame) -> DataFrame:
    """`reason, lines`; good lines under `accepted`."""
    return (
        judged.select(F.coalesce(F.col("reason"), F.lit(ACCEPTED)).alias("reason"))
        .groupBy("reason")
        .agg(F.count("*").alias("lines"))
    )


def measures(accepted: DataFrame, registry: ContextRegistry = CONTEXT_REGISTRY) -> DataFrame:
    """One row about the good lines: viewers, sessions, impressions, newest, and lines with each column."""
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    session = F.concat_ws("|", F.col("viewer_id"), F.col("match_id"), F.col("session"))
    return accepted.select(session.alias("whole_session"), "*").agg(
        F.count("*").alias("lines"),
        F.countDistinct("viewer_id").alias("viewers"),
        F.countDistinct("whole_session").alias("sessions"),
        F.sum(F.when(is_impression, 1).otherwise(0)).alias("impressions"),
        F.min("timestamp").alias("oldest"),
        F.max("timestamp").alias("newest"),
        *(F.count(name).alias(name) for name in registry.names),
    )
