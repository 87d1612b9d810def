"""Find viewers who do not behave like a person, impressions reported again, and reactions to nothing."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from glue_jobs.clickstream_limits import BOT_ACTIONS_PER_MINUTE, MAX_CLICK_SHARE, MIN_IMPRESSIONS_TO_JUDGE
from glue_jobs.transforms.sessions import nulls_first

SAME_IMPRESSION = ("viewer_id", "match_id", "session", "component_id", "version")
PLACEMENT = ("viewer_id", "match_id", "component_id", "shown_version")
NO_VERSION = -1
"""Stands for the version of lines without one, so that they can be joined."""


def abnormal_viewers(valid: DataFrame) -> DataFrame:
    """Return `viewer_id, behaviour` of bots and of viewers who click everything; `valid` are valid lines."""
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    is_click = F.col("type") == F.lit(InteractionType.CLICK.value)
    minutes = (
        valid.withColumn("minute", F.floor(F.col("arrival") / 60))
        .groupBy("viewer_id", "minute")
        .agg(
            F.count("*").alias("actions"),
            F.sum(F.when(is_impression, F.col("weight")).otherwise(0.0)).alias("minute_impressions"),
            F.sum(F.when(is_click, 1).otherwise(0)).alias("minute_clicks"),
        )
    )
    viewers = minutes.groupBy("viewer_id").agg(
        F.max("actions").alias("max_actions"),
        F.sum("minute_impressions").alias("impressions"),
        F.sum("minute_clicks").alias("clicks"),
    )
    is_bot = F.col("max_actions") > BOT_ACTIONS_PER_MINUTE
    clicks_everything = (F.col("impressions") >= MIN_IMPRESSIONS_TO_JUDGE) & (
        F.col("clicks") > F.col("impressions") * MAX_CLICK_SHARE
    )
    behaviour = F.when(is_bot, F.lit("bot")).when(clicks_everything, F.lit("clicks everything"))
    return viewers.select("viewer_id", behaviour.alias("behaviour")).filter(F.col("behaviour").isNotNull())


def repeated_impressions(valid: DataFrame) -> DataFrame:
    """Return `identity, showing` of impressions that repeat an earlier one in the session, counted from 2."""
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    impressions = valid.filter(is_impression & F.col("version").isNotNull())
    repeated = (
        impressions.groupBy(*SAME_IMPRESSION).agg(F.count("*").alias("times")).filter(F.col("times") > 1)
    )
    order = Window.partitionBy(*SAME_IMPRESSION).orderBy(*nulls_first("timestamp", "line", "identity"))
    counted = impressions.join(repeated, on=list(SAME_IMPRESSION), how="left_semi").withColumn(
        "showing", F.row_number().over(order)
    )
    return counted.filter(F.col("showing") > 1).select("identity", "showing")


def unearned_reactions(valid: DataFrame) -> DataFrame:
    """Return `identity, seen`, which is false, of reactions to components without an impression before.

    A reaction is an action other than an impression. Both may arrive in one message.
    """
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    placed = valid.withColumn("shown_version", F.coalesce(F.col("version"), F.lit(NO_VERSION)))
    impressions = placed.filter(is_impression).groupBy(*PLACEMENT).agg(F.min("arrival").alias("seen_from"))
    reactions = placed.filter(~is_impression).select(*PLACEMENT, "arrival", "identity")
    joined = reactions.join(impressions, on=list(PLACEMENT), how="left")
    is_unearned = F.col("seen_from").isNull() | (F.col("seen_from") > F.col("arrival"))
    return joined.filter(is_unearned).select("identity", F.lit(False).alias("seen"))
