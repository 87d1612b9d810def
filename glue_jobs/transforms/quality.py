"""Which lines are refused, and why: the first reason that applies to a line is the one it is kept with.

What is rare is found by counting, which moves a few narrow columns, and joined to the lines again; windows,
which move and sort all there is, see no more lines than they must.
"""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import MAX_ID_LENGTH, InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry
from glue_jobs.limits import CLOCK_SKEW_SECONDS, MAX_LENGTHS, OLDEST_TIMESTAMP, REQUIRED
from glue_jobs.transforms.habits import odd_viewers, sights_again
from glue_jobs.transforms.sessions import in_order, with_sessions

REFUSED_FIELDS = (
    *("match_id", "viewer_id", "session_id", "type", "component_id", "version"),
    *("timestamp", "interaction_id"),
)
Keep = Callable[[DataFrame], DataFrame]


def judge(
    parsed: DataFrame,
    components: DataFrame,
    *,
    now_seconds: int,
    keep: Keep,
    registry: ContextRegistry = CONTEXT_REGISTRY,
) -> DataFrame:
    """The parsed lines with `session` and `reason`, null where a line is good; `components` are the known.

    `keep` computes a frame once; it is asked to for the lines, and for the little that is found about them.
    """
    known = components.select(F.col("component_id").alias("known_component_id")).distinct()
    joined = parsed.join(known, on=F.col("component_id") == F.col("known_component_id"), how="left")
    faults = joined.withColumn("fault", _fault(now_seconds, registry)).withColumn("identity", _identity())
    lines = keep(faults.drop("known_component_id", "is_json", "unread"))
    numbered = with_sessions(_with_repetitions(lines, keep), keep)
    fresh = numbered.filter(F.col("fault").isNull() & (F.col("repetition") == 1))
    habits, again = keep(odd_viewers(fresh)), keep(sights_again(fresh))
    return _with_reason(
        numbered.join(habits, on="viewer_id", how="left").join(again, on="identity", how="left")
    )


def accepted(judged: DataFrame) -> DataFrame:
    """The good lines."""
    return judged.filter(F.col("reason").isNull())


def refused(judged: DataFrame) -> DataFrame:
    """The other lines, each with its reason: as it came if it came as text, and what was read of it."""
    return judged.filter(F.col("reason").isNotNull()).select("reason", "line", *REFUSED_FIELDS)


def _with_repetitions(lines: DataFrame, keep: Keep) -> DataFrame:
    """The lines with `repetition`, which counts those of one identity from 1; a faulty one repeats none."""
    good = lines.filter(F.col("fault").isNull())
    twins = keep(
        good.groupBy("identity").agg(F.count("*").alias("copies")).filter(F.col("copies") > 1)
    ).select("identity")
    order = in_order("timestamp", "line", "session_id", "version", "recommendation_id")
    again = Window.partitionBy("identity").orderBy(*order)
    several = keep(
        good.join(twins, on="identity", how="left_semi").withColumn("repetition", F.row_number().over(again))
    )
    single = good.join(twins, on="identity", how="left_anti")
    others = single.unionByName(lines.filter(F.col("fault").isNotNull())).withColumn("repetition", F.lit(1))
    return others.unionByName(several)


def _with_reason(lines: DataFrame) -> DataFrame:
    return lines.withColumn(
        "reason",
        F.when(F.col("fault").isNotNull(), F.col("fault"))
        .when(F.col("repetition") > 1, F.lit("duplicate"))
        .when(F.col("habit").isNotNull(), F.col("habit"))
        # An app that reconnects is shown the same version again, and tells of it again.
        .when(F.col("sight") > 1, F.lit("shown again in its session")),
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
    )
    for column in registry.columns:
        is_foreign = F.col(column.name).isNotNull() & ~F.col(column.name).isin(*column.vocabulary)
        fault = fault.when(is_foreign, F.lit(f"{column.name} is not of the registry"))
    return fault


def _identity() -> Column:
    """The interaction's id, or what makes it up where a producer left it out."""
    made_up = F.concat_ws(
        "|", F.col("viewer_id"), F.col("match_id"), F.col("type"), F.col("component_id"), F.col("timestamp")
    )
    return F.coalesce(F.col("interaction_id"), made_up)
