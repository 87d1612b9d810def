"""Which lines are refused, and why: the first reason that applies to a line is the one it is kept with."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry
from glue_jobs.limits import (
    BOT_ACTS_A_MINUTE,
    CLOCK_SKEW_SECONDS,
    EAGER_SHARE,
    FEW_IMPRESSIONS,
    MAX_ID_LENGTH,
    OLDEST_TIMESTAMP,
    REQUIRED,
)
from glue_jobs.transforms.sessions import in_order, with_sessions

REFUSED_FIELDS = (
    *("match_id", "viewer_id", "session_id", "type", "component_id", "version"),
    *("timestamp", "interaction_id"),
)


def judge(
    parsed: DataFrame,
    components: DataFrame,
    *,
    now_seconds: int,
    registry: ContextRegistry = CONTEXT_REGISTRY,
) -> DataFrame:
    """The parsed lines with `session` and `reason`, null where a line is good; `components` are the known."""
    known = components.select(F.col("component_id").alias("known_component_id")).distinct()
    joined = parsed.join(known, on=F.col("component_id") == F.col("known_component_id"), how="left")
    faulty = joined.withColumn("fault", _fault(now_seconds, registry)).withColumn("identity", _identity())
    again = Window.partitionBy("fault", "identity").orderBy(
        *in_order("timestamp", "line", "session_id", "version", "recommendation_id")
    )
    first = faulty.withColumn("repetition", F.row_number().over(again))
    return _with_reason(_with_habits(with_sessions(first)))


def accepted(judged: DataFrame) -> DataFrame:
    """The good lines."""
    return judged.filter(F.col("reason").isNull())


def refused(judged: DataFrame) -> DataFrame:
    """The other lines, each with its reason: as it came if it came as text, and what was read of it."""
    return judged.filter(F.col("reason").isNotNull()).select("reason", "line", *REFUSED_FIELDS)


def _with_habits(lines: DataFrame) -> DataFrame:
    """How viewers behave: acts in their busiest minute, impressions, clicks; and sights seen again."""
    viewer = Window.partitionBy("fault", "viewer_id")
    busy = Window.partitionBy("fault", "viewer_id", "minute")
    sight = Window.partitionBy(
        "fault", "repeated", "viewer_id", "match_id", "session", "type", "component_id", "version"
    ).orderBy(*in_order("timestamp", "line", "identity"))
    is_fresh = F.col("fault").isNull() & (F.col("repetition") == 1)
    is_impression, is_click = _is(InteractionType.IMPRESSION), _is(InteractionType.CLICK)
    return (
        lines.withColumn("minute", F.floor(F.col("timestamp") / 60))
        .withColumn("repeated", F.col("repetition") > 1)
        .withColumn("acts", F.sum(F.when(is_fresh, 1).otherwise(0)).over(busy))
        .withColumn("most_acts", F.max("acts").over(viewer))
        .withColumn("seen", F.sum(F.when(is_fresh & is_impression, 1).otherwise(0)).over(viewer))
        .withColumn("clicked", F.sum(F.when(is_fresh & is_click, 1).otherwise(0)).over(viewer))
        .withColumn("sight", F.row_number().over(sight))
    )


def _with_reason(lines: DataFrame) -> DataFrame:
    is_bot = F.col("most_acts") > BOT_ACTS_A_MINUTE
    is_eager = (F.col("seen") >= FEW_IMPRESSIONS) & (F.col("clicked") > F.col("seen") * EAGER_SHARE)
    # An app that reconnects is shown the same version again, and tells of it again.
    is_shown_again = _is(InteractionType.IMPRESSION) & F.col("version").isNotNull() & (F.col("sight") > 1)
    return lines.withColumn(
        "reason",
        F.when(F.col("fault").isNotNull(), F.col("fault"))
        .when(F.col("repetition") > 1, F.lit("duplicate"))
        .when(is_bot, F.lit("bot"))
        .when(is_eager, F.lit("clicks everything"))
        .when(is_shown_again, F.lit("shown again in its session")),
    )


def _is(kind: InteractionType) -> Column:
    return F.col("type") == F.lit(kind.value)


def _fault(now_seconds: int, registry: ContextRegistry) -> Column:
    fault = F.when(~F.col("is_json"), F.col("unread"))
    for name in REQUIRED:
        is_missing = F.col(name).isNull() | (F.length(F.col(name)) == 0)
        fault = fault.when(is_missing, F.lit(f"{name} is missing"))
        is_long = F.length(F.col(name)) > MAX_ID_LENGTH
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
