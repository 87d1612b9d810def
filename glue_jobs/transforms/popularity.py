"""The popularity table: components by click rate in each context cell, for the ladder."""

from functools import reduce

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextRegistry

EVERYWHERE = "ALL"
PRIOR_IMPRESSIONS = 20.0
MINIMUM_IMPRESSIONS = 50
ENGAGEMENTS = ("click", "conversion")


def popularity_table(accepted: DataFrame, registry: ContextRegistry = CONTEXT_REGISTRY) -> DataFrame:
    """`cell, component_id, rank, rate`: for the whole context, for its first columns, down to `ALL`.

    A cell is the values of the first columns joined by `/`. Rates are drawn towards the component's overall
    rate by as much as a few impressions weigh; cells with too little to tell are left out.
    """
    cells = [_counts(accepted, registry.names[:depth]) for depth in range(len(registry.names), -1, -1)]
    counts = reduce(lambda one, other: one.unionByName(other), cells)
    overall = counts.filter(F.col("cell") == EVERYWHERE).select(
        "component_id", ((F.col("taken") + 1) / (F.col("shown") + 2)).alias("overall_rate")
    )
    everything = Window.partitionBy("cell")
    rated = (
        counts.withColumn("cell_shown", F.sum("shown").over(everything))
        .filter(F.col("cell_shown") >= MINIMUM_IMPRESSIONS)
        .join(overall, on="component_id", how="inner")
        .withColumn(
            "rate",
            (F.col("taken") + PRIOR_IMPRESSIONS * F.col("overall_rate"))
            / (F.col("shown") + PRIOR_IMPRESSIONS),
        )
    )
    order = Window.partitionBy("cell").orderBy(F.col("rate").desc(), F.col("component_id"))
    return rated.select("cell", "component_id", F.row_number().over(order).alias("rank"), "rate")


def _counts(accepted: DataFrame, names: tuple[str, ...]) -> DataFrame:
    known = accepted
    for name in names:
        known = known.filter(F.col(name).isNotNull())
    cell = F.concat_ws("/", *(F.col(name) for name in names)) if names else F.lit(EVERYWHERE)
    is_engagement = F.col("type").isin(*ENGAGEMENTS)
    is_sight = F.col("type") == F.lit(InteractionType.IMPRESSION.value)
    return (
        known.select(
            cell.alias("cell"),
            "component_id",
            is_engagement.alias("is_engagement"),
            is_sight.alias("is_sight"),
        )
        .groupBy("cell", "component_id")
        .agg(
            F.sum(F.when(F.col("is_engagement"), 1).otherwise(0)).alias("taken"),
            F.sum(F.when(F.col("is_sight"), 1).otherwise(0)).alias("shown"),
        )
    )
