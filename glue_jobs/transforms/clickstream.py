"""Parse the raw clickstream into typed columns.

Firehose writes Parquet; an uploaded history may be JSON lines. An engine reads both and gives each field of
`raw_fields` as text, so that wrong types are found here, in the same way for both.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - PySpark's own convention

from domain.interaction import MAX_RECOMMENDATION_ID_LENGTH
from domain.registry import CONTEXT_REGISTRY, ContextRegistry
from glue_jobs.clickstream_limits import MAX_DELAY_SECONDS

TEXT_FIELDS = (
    "interaction_id",
    "match_id",
    "viewer_id",
    "cohort",
    "session_id",
    "type",
    "component_id",
    "recommendation_id",
)
DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
INSTANT = f"^{DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?Z$"
NOT_JSON = "not a JSON object"
UNREADABLE = "the file cannot be read"
ONE_OBJECT = r"^\s*[{].*[}]\s*$"
TWO_OBJECTS = r"[}]\s*[{]"
WHOLE_NUMBER = r"^[0-9]{1,9}$"
WEIGHT = r"^[0-9]{1,3}([.][0-9]{1,20})?$"
"""The share of impressions that apps report is at least one in a hundred."""
ONE_WORD = f"^[!-~]{{1,{MAX_RECOMMENDATION_ID_LENGTH}}}$"


def raw_fields(registry: ContextRegistry = CONTEXT_REGISTRY) -> dict[str, str]:
    """Return each text column of the raw clickstream with its JSON path in a line."""
    names = (*TEXT_FIELDS, "version", "occurred_at", "received_at", "impression", "weight")
    return {name: f"$.{name}" for name in names} | {name: f"$.columns.{name}" for name in registry.names}


def parse_clickstream(raw: DataFrame, registry: ContextRegistry = CONTEXT_REGISTRY) -> DataFrame:
    """Return `line, is_json, unread` and the typed raw fields; null for a missing field or a wrong type.

    `line` is null for Parquet rows; `unread` says why a line that is not a JSON object could not be read.
    `arrival` is when the server received a line; uploaded history may lack it, and `timestamp` stands in.
    `weight` is how many actions of its type a line stands for, 1 in a line without one.
    """
    timed = raw.withColumn("occurred", epoch_seconds("occurred_at")).withColumn(
        "received", epoch_seconds("received_at")
    )
    return timed.withColumn("timestamp", _bounded_time()).select(
        "line",
        (F.col("is_json") & _is_one_object()).alias("is_json"),
        F.coalesce(F.col("unread"), F.lit(NOT_JSON)).alias("unread"),
        *(name for name in TEXT_FIELDS if name != "recommendation_id"),
        _matching("recommendation_id", ONE_WORD).alias("recommendation_id"),
        _matching("version", WHOLE_NUMBER).cast("int").alias("version"),
        "timestamp",
        F.coalesce("received", "timestamp").alias("arrival"),
        _joined("impression").alias("impression"),
        F.when(F.col("weight").isNull(), F.lit(1.0))
        .otherwise(_matching("weight", WEIGHT).cast("double"))
        .alias("weight"),
        *registry.names,
    )


def _bounded_time() -> Column:
    """Return when an action occurred, at most a day before its arrival: the clocks of apps may be wrong."""
    occurred, received = F.col("occurred"), F.col("received")
    return (
        F.when(occurred > received, received)
        .when(occurred < received - MAX_DELAY_SECONDS, received - MAX_DELAY_SECONDS)
        .otherwise(occurred)
    )


def epoch_seconds(name: str) -> Column:
    """Return the seconds since 1970 of a column of instants in UTC; null if a value is not an instant.

    It uses plain calendar arithmetic (days_from_civil, https://howardhinnant.github.io/date_algorithms.html),
    because engines differ in time zones and in how they treat text that is not a date.
    """
    given = F.col(name)
    guarded = F.when(given.rlike(INSTANT), given)
    year, month, day = (_digits(guarded, *place) for place in ((1, 4), (6, 2), (9, 2)))
    hour, minute, second = (_digits(guarded, *place) for place in ((12, 2), (15, 2), (18, 2)))
    shifted = year - F.when(month <= 2, F.lit(1)).otherwise(F.lit(0))
    century = F.floor(shifted / 400)
    year_of_era = shifted - century * 400
    month_from_march = month + F.when(month > 2, F.lit(-3)).otherwise(F.lit(9))
    day_of_year = F.floor((month_from_march * 153 + 2) / 5) + day - 1
    day_of_era = year_of_era * 365 + F.floor(year_of_era / 4) - F.floor(year_of_era / 100) + day_of_year
    days = century * 146097 + day_of_era - 719468
    return (days * 86400 + hour * 3600 + minute * 60 + second).cast("bigint")


def _is_one_object() -> Column:
    """Accept one object per line: Spark would read the first object and ignore the rest of the line."""
    line = F.col("line")
    return line.isNull() | (line.rlike(ONE_OBJECT) & ~line.rlike(TWO_OBJECTS))


def _matching(name: str, pattern: str) -> Column:
    given = F.col(name)
    return F.when(given.rlike(pattern), given)


def _digits(text: Column, start: int, length: int) -> Column:
    return F.substring(text, start, length).cast("int")


def _joined(name: str) -> Column:
    """Return `["a","b"]` as `a|b`; null if the list is absent or empty."""
    bare = F.translate(F.col(name), ',["]', "|")
    return F.when(F.length(bare) > 0, bare)
