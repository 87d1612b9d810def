"""The popularity table: components by engagement rate in each context cell, for the ladder."""

from functools import reduce

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry

ALL_CELLS = "ALL"
PRIOR_IMPRESSIONS = 20.0
MINIMUM_IMPRESSIONS = 50
ENGAGEMENTS = ("click", "conversion")


def popularity_table(accepted: DataFrame, registry: ContextRegistry = CONTEXT_REGISTRY) -> DataFrame:
    """Return `cell, component_id, rank, rate` for the whole context, for its first columns, and for `ALL`.

    A cell is the values of the first columns joined by `/`. An impression counts with its weight. Rates are
    shrunk towards the component's overall rate with the weight of PRIOR_IMPRESSIONS; cells with fewer than
    MINIMUM_IMPRESSIONS are left out.
    """
    cells = [_counts(accepted, registry.names[:depth]) for depth in range(len(registry.names), -1, -1)]
    counts = reduce(lambda one, other: one.unionByName(other), cells)
    overall = counts.filter(F.col("cell") == ALL_CELLS).select(
        "component_id", ((F.col("engagements") + 1) / (F.col("impressions") + 2)).alias("overall_rate")
    )
    whole_cell = Window.partitionBy("cell")
    rated = (
        counts.withColumn("cell_impressions", F.sum("impressions").over(whole_cell))
        .filter(F.col("cell_impressions") >= MINIMUM_IMPRESSIONS)
        .join(overall, on="component_id", how="inner")
        .withColumn(
            "rate",
            (F.col("engagements") + PRIOR_IMPRESSIONS * F.col("overall_rate"))
            / (F.col("impressions") + PRIOR_IMPRESSIONS),
        )
    )
    order = Window.partitionBy("cell").orderBy(F.col("rate").desc(), F.col("component_id"))
    return rated.select("cell", "component_id", F.row_number().over(order).alias("rank"), "rate")


def _counts(accepted: DataFrame, names: tuple[str, ...]) -> DataFrame:
    complete = accepted
    for name in names:
        complete = complete.filter(F.col(name).isNotNull())
    cell = F.concat_ws("/", *(F.col(name) for name in names)) if names else F.lit(ALL_CELLS)
    is_engagement = F.col("type").isin(*ENGAGEMENTS)
    is_impression = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    return (
        complete.select(
            cell.alias("cell"),
            "component_id",
            is_engagement.alias("is_engagement"),
            is_impression.alias("is_impression"),
            "weight",
        )
        .groupBy("cell", "component_id")
        .agg(
            F.sum(F.when(F.col("is_engagement"), 1).otherwise(0)).alias("engagements"),
            F.sum(F.when(F.col("is_impression"), F.col("weight")).otherwise(0.0)).alias("impressions"),
        )
    )
