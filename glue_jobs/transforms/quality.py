"""Classify lines as accepted or refused; a refused line has the first reason that applies to it.

Rare lines are found by counting, which moves few and narrow columns, and then joined to the other lines.
Windows, which move and sort whole lines, get as few lines as possible.
"""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import MAX_ID_LENGTH, InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry
from glue_jobs.clickstream_limits import CLOCK_SKEW_SECONDS, MAX_LENGTHS, OLDEST_TIMESTAMP, REQUIRED
from glue_jobs.transforms.sessions import nulls_first, with_sessions
from glue_jobs.transforms.viewer_behaviour import (
    abnormal_viewers,
    repeated_impressions,
    unearned_reactions,
)

REFUSED_FIELDS = (
    *("match_id", "viewer_id", "session_id", "type", "component_id", "version"),
    *("timestamp", "interaction_id"),
)
Materialize = Callable[[DataFrame], DataFrame]


def classify_lines(
    parsed: DataFrame,
    components: DataFrame,
    *,
    now_seconds: int,
    materialize: Materialize,
    registry: ContextRegistry = CONTEXT_REGISTRY,
) -> DataFrame:
    """Return the parsed lines with `session` and `reason`, which is null if a line is accepted.

    `components` are the known components; `materialize` computes a frame once.
    """
    known = components.select(F.col("component_id").alias("known_component_id")).distinct()
    joined = parsed.join(known, on=F.col("component_id") == F.col("known_component_id"), how="left")
    faults = joined.withColumn("fault", _fault(now_seconds, registry)).withColumn("identity", _identity())
    lines = materialize(faults.drop("known_component_id", "is_json", "unread"))
    numbered = with_sessions(_with_repetitions(lines, materialize), materialize)
    valid = numbered.filter(F.col("fault").isNull() & (F.col("repetition") == 1))
    behaviours, again = materialize(abnormal_viewers(valid)), materialize(repeated_impressions(valid))
    unearned = materialize(unearned_reactions(valid))
    return _with_reason(
        numbered.join(behaviours, on="viewer_id", how="left")
        .join(again, on="identity", how="left")
        .join(unearned, on="identity", how="left")
    )


def accepted(lines: DataFrame) -> DataFrame:
    """Return the accepted lines."""
    return lines.filter(F.col("reason").isNull())


def refused(lines: DataFrame) -> DataFrame:
    """Return the refused lines with their reasons, their text if there is one, and their fields."""
    return lines.filter(F.col("reason").isNotNull()).select("reason", "line", *REFUSED_FIELDS)


def _with_repetitions(lines: DataFrame, materialize: Materialize) -> DataFrame:
    """Return the lines with `repetition`, which counts lines of one identity from 1; faulty lines have 1."""
    faultless = lines.filter(F.col("fault").isNull())
    repeated = materialize(
        faultless.groupBy("identity").agg(F.count("*").alias("copies")).filter(F.col("copies") > 1)
    ).select("identity")
    order = nulls_first("arrival", "timestamp", "line", "session_id", "version", "recommendation_id")
    again = Window.partitionBy("identity").orderBy(*order)
    several = materialize(
        faultless.join(repeated, on="identity", how="left_semi").withColumn(
            "repetition", F.row_number().over(again)
        )
    )
    single = faultless.join(repeated, on="identity", how="left_anti")
    others = single.unionByName(lines.filter(F.col("fault").isNotNull())).withColumn("repetition", F.lit(1))
    return others.unionByName(several)


def _with_reason(lines: DataFrame) -> DataFrame:
    return lines.withColumn(
        "reason",
        F.when(F.col("fault").isNotNull(), F.col("fault"))
        .when(F.col("repetition") > 1, F.lit("duplicate"))
        .when(F.col("behaviour").isNotNull(), F.col("behaviour"))
        .when(F.col("seen").isNotNull(), F.lit("no impression"))
        # An app that reconnects gets the same version again, and reports it again.
        .when(F.col("showing") > 1, F.lit("shown again in its session")),
    )


def _fault(now_seconds: int, registry: ContextRegistry) -> Column:
    fault = F.when(~F.col("is_json"), F.col("unread"))
    for name in REQUIRED:
        is_missing = F.col(name).isNull() | (F.length(F.col(name)) == 0)
        fault = fault.when(is_missing, F.lit(f"{name} is missing"))
        is_long = F.length(F.col(name)) > MAX_LENGTHS.get(name, MAX_ID_LENGTH)
        fault = fault.when(is_long, F.lit(f"{name} is too long"))
    is_unknown_type = ~F.col("type").isin(*(kind.value for kind in InteractionType))
    is_ahead = F.col("timestamp") > now_seconds + CLOCK_SKEW_SECONDS
    fault = (
        fault.when(is_unknown_type, F.lit("type is unknown"))
        .when(F.col("timestamp").isNull(), F.lit("occurred_at is no instant"))
        .when(is_ahead, F.lit("occurred_at is in the future"))
        .when(F.col("timestamp") < OLDEST_TIMESTAMP, F.lit("occurred_at is too old"))
        .when(F.col("known_component_id").isNull(), F.lit("component_id is unknown"))
        .when(F.col("weight").isNull(), F.lit("weight is no number"))
    )
    for column in registry.columns:
        is_foreign = F.col(column.name).isNotNull() & ~F.col(column.name).isin(*column.vocabulary)
        fault = fault.when(is_foreign, F.lit(f"{column.name} is not of the registry"))
    return fault


def _identity() -> Column:
    """Return the interaction's id, or one built from its fields if a producer left it out."""
    derived = F.concat_ws(
        "|", F.col("viewer_id"), F.col("match_id"), F.col("type"), F.col("component_id"), F.col("timestamp")
    )
    return F.coalesce(F.col("interaction_id"), derived)
