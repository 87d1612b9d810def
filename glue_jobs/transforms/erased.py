"""Leave out what erased viewers did before their erasure."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812


def without_erased(parsed: DataFrame, tombstones: DataFrame) -> DataFrame:
    """Return the lines of viewers who were not erased, and those from after the erasure.

    `tombstones` are `viewer_hash, erased_at`, one row per erased viewer. The time of a line is that of its
    arrival. A line without one is left out: nothing says that it is from after the erasure.
    """
    names = parsed.columns
    hashed = parsed.withColumn("hash", F.sha2(F.col("viewer_id"), 256))
    marked = hashed.join(tombstones, on=F.col("hash") == F.col("viewer_hash"), how="left")
    is_erased = F.col("viewer_hash").isNotNull()
    is_later = F.coalesce(F.col("arrival") > F.col("erased_at"), F.lit(False))
    return marked.filter(~is_erased | is_later).select(*names)
