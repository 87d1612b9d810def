"""Measurements of a run's input, on which the quality rules are based."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry

ACCEPTED = "accepted"


def lines_by_reason(lines: DataFrame) -> DataFrame:
    """Return `reason, lines`; accepted lines have the reason `accepted`."""
    return (
        lines.select(F.coalesce(F.col("reason"), F.lit(ACCEPTED)).alias("reason"))
        .groupBy("reason")
        .agg(F.count("*").alias("lines"))
    )


def measurements(accepted: DataFrame, registry: ContextRegistry = CONTEXT_REGISTRY) -> DataFrame:
    """Return one row on the accepted lines: counts, oldest and newest, and lines with each context column."""
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    session = F.concat_ws("|", F.col("viewer_id"), F.col("match_id"), F.col("session"))
    return accepted.select(session.alias("session_key"), "*").agg(
        F.count("*").alias("lines"),
        F.countDistinct("viewer_id").alias("viewers"),
        F.countDistinct("session_key").alias("sessions"),
        F.sum(F.when(is_impression, 1).otherwise(0)).alias("impressions"),
        F.min("timestamp").alias("oldest"),
        F.max("timestamp").alias("newest"),
        *(F.count(name).alias(name) for name in registry.names),
    )
