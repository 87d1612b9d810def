"""Which lines are refused, and why: the first reason that applies to a line is the one it is kept with."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry

REQUIRED = ("match_id", "viewer_id", "component_id", "type", "cohort")
MAX_ID_LENGTH = 256
CLOCK_SKEW_SECONDS = 300
OLDEST_TIMESTAMP = 1_420_070_400  # 2015: nothing was broadcast by this system before
BOT_ACTS_A_MINUTE = 60


def judge(
    parsed: DataFrame,
    components: DataFrame,
    *,
    now_seconds: int,
    registry: ContextRegistry = CONTEXT_REGISTRY,
) -> DataFrame:
    """The parsed lines with `reason`, null where a line is good; `components` names the known ones."""
    known = components.select(F.col("component_id").alias("known_component_id")).distinct()
    joined = parsed.join(known, on=F.col("component_id") == F.col("known_component_id"), how="left")
    first = joined.withColumn("fault", _fault(now_seconds, registry))
    repeated = Window.partitionBy("fault", "identity").orderBy("timestamp", "line")
    busy = Window.partitionBy("fault", "viewer_id", "minute")
    counted = (
        first.withColumn("identity", _identity())
        .withColumn("minute", F.floor(F.col("timestamp") / 60))
        .withColumn("repetition", F.row_number().over(repeated))
    )
    fresh = F.col("fault").isNull() & (F.col("repetition") == 1)
    busiest = counted.withColumn("acts", F.sum(F.when(fresh, 1).otherwise(0)).over(busy))
    viewer = Window.partitionBy("fault", "viewer_id")
    judged = busiest.withColumn("most_acts", F.max("acts").over(viewer))
    return judged.withColumn(
        "reason",
        F.when(F.col("fault").isNotNull(), F.col("fault"))
        .when(F.col("repetition") > 1, F.lit("duplicate"))
        .when(F.col("most_acts") > BOT_ACTS_A_MINUTE, F.lit("bot")),
    )


def accepted(judged: DataFrame) -> DataFrame:
    """The good lines."""
    return judged.filter(F.col("reason").isNull())


def refused(judged: DataFrame) -> DataFrame:
    """The other lines as they came, each with its reason."""
    return judged.filter(F.col("reason").isNotNull()).select("reason", "line")


def quality_report(judged: DataFrame) -> DataFrame:
    """Lines by reason; good ones under `accepted`."""
    return (
        judged.select(F.coalesce(F.col("reason"), F.lit("accepted")).alias("reason"))
        .groupBy("reason")
        .agg(F.count("*").alias("lines"))
    )


def _fault(now_seconds: int, registry: ContextRegistry) -> Column:
    is_malformed = ~F.col("is_json")
    fault = F.when(is_malformed, F.lit("not a JSON object"))
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
