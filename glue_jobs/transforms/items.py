"""The Items dataset."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

NO_CATEGORY = "none"


def items_dataset(components: DataFrame) -> DataFrame:
    """Return one row per component; categories are joined by `|`."""
    return components.select(
        F.col("component_id").alias("ITEM_ID"),
        F.col("type").alias("COMPONENT_TYPE"),
        F.col("slot").alias("SLOT"),
        F.coalesce(F.col("categories"), F.lit(NO_CATEGORY)).alias("CATEGORIES"),
        F.col("partner").alias("PARTNER"),
    )
