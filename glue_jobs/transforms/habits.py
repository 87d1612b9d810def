"""How viewers behave: who acts like no person, and which sights were told of twice."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from glue_jobs.limits import BOT_ACTS_A_MINUTE, EAGER_SHARE, FEW_IMPRESSIONS
from glue_jobs.transforms.sessions import in_order

SIGHT = ("viewer_id", "match_id", "session", "component_id", "version")


def odd_viewers(fresh: DataFrame) -> DataFrame:
    """`viewer_id, habit`: the viewers who are bots, or who click everything; `fresh` are the good lines."""
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    is_click = F.col("type") == F.lit(InteractionType.CLICK.value)
    minutes = (
        fresh.withColumn("minute", F.floor(F.col("timestamp") / 60))
        .groupBy("viewer_id", "minute")
        .agg(
            F.count("*").alias("acts"),
            F.sum(F.when(is_impression, 1).otherwise(0)).alias("minute_seen"),
            F.sum(F.when(is_click, 1).otherwise(0)).alias("minute_clicked"),
        )
    )
    viewers = minutes.groupBy("viewer_id").agg(
        F.max("acts").alias("most_acts"),
        F.sum("minute_seen").alias("seen"),
        F.sum("minute_clicked").alias("clicked"),
    )
    is_bot = F.col("most_acts") > BOT_ACTS_A_MINUTE
    is_eager = (F.col("seen") >= FEW_IMPRESSIONS) & (F.col("clicked") > F.col("seen") * EAGER_SHARE)
    habit = F.when(is_bot, F.lit("bot")).when(is_eager, F.lit("clicks everything"))
    return viewers.select("viewer_id", habit.alias("habit")).filter(F.col("habit").isNotNull())


def sights_again(fresh: DataFrame) -> DataFrame:
    """`identity, sight`: impressions of what the viewer saw before in the session; `sight` counts from 2."""
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    seen = fresh.filter(is_impression & F.col("version").isNotNull())
    several = seen.groupBy(*SIGHT).agg(F.count("*").alias("times")).filter(F.col("times") > 1)
    order = Window.partitionBy(*SIGHT).orderBy(*in_order("timestamp", "line", "identity"))
    counted = seen.join(several, on=list(SIGHT), how="left_semi").withColumn(
        "sight", F.row_number().over(order)
    )
    return counted.filter(F.col("sight") > 1).select("identity", "sight")
