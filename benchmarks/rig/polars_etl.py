"""The interactions job written in Polars, without Spark compatibility.

`python -m benchmarks.rig.polars_etl INPUT CATALOGUE OUTPUT NOW`
"""

import json
import sys
from pathlib import Path

import polars as pl

from domain.cohort import COHORT_USER_PREFIX
from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY
from glue_jobs import clickstream_limits as limits

NAMES = CONTEXT_REGISTRY.names
VIEWER = ("fault", "viewer_id")


def interactions(source: Path, catalogue: Path, now_seconds: int) -> pl.DataFrame:
    """Return the job's dataset as one frame."""
    known = [row["id"] for row in json.loads(catalogue.read_text())["components"]]
    rows = pl.read_parquet(source / "*.parquet", hive_partitioning=False)
    faulty = _narrow(_typed(rows).with_columns(fault=_fault(known, now_seconds)))
    again = faulty.sort("timestamp", "session_id", "version", "recommendation_id").with_columns(
        repetition=pl.int_range(pl.len()).over("fault", "interaction_id") + 1
    )
    good = _habits(_sessions(again)).filter(
        pl.col("fault").is_null()
        & (pl.col("repetition") == 1)
        & (pl.col("most_acts") <= limits.BOT_ACTIONS_PER_MINUTE)
        & ~(
            (pl.col("seen") >= limits.MIN_IMPRESSIONS_TO_JUDGE)
            & (pl.col("clicked") > pl.col("seen") * limits.MAX_CLICK_SHARE)
        )
        & ~((pl.col("type") == InteractionType.IMPRESSION.value) & (pl.col("showing") > 1))
        & (
            (pl.col("type") == InteractionType.IMPRESSION.value)
            | (pl.col("seen_from") <= pl.col("timestamp"))
        )
    )
    return _dataset(good)


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        timestamp=pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False).dt.epoch("s"),
        impression=pl.col("impression").list.join("|"),
        **{name: pl.col("columns").map.get(name) for name in NAMES},
    ).drop("columns")


def _narrow(rows: pl.DataFrame) -> pl.DataFrame:
    """Drop unused columns and make those with few values categorical, which halves the memory."""
    few = ("match_id", "cohort", "type", "component_id", "fault", *NAMES)
    return rows.drop("slot", "holdout", "occurred_at", "value").cast(dict.fromkeys(few, pl.Categorical))


def _fault(known: list[str], now_seconds: int) -> pl.Expr:
    missing = [pl.col(name).is_null() | (pl.col(name).str.len_chars() == 0) for name in limits.REQUIRED]
    not_in_registry = [
        pl.col(column.name).is_not_null() & ~pl.col(column.name).is_in(column.vocabulary)
        for column in CONTEXT_REGISTRY.columns
    ]
    instant = pl.col("timestamp")
    wrong = pl.any_horizontal(
        *missing,
        ~pl.col("type").is_in([kind.value for kind in InteractionType]),
        instant.is_null(),
        instant > now_seconds + limits.CLOCK_SKEW_SECONDS,
        instant < limits.OLDEST_TIMESTAMP,
        ~pl.col("component_id").is_in(known),
        *not_in_registry,
    )
    return pl.when(wrong).then(pl.lit("faulty"))


def _sessions(acts: pl.DataFrame) -> pl.DataFrame:
    ordered = acts.sort("timestamp", "interaction_id", "component_id", "type", "session_id")
    silence = pl.col("timestamp").diff().over(*VIEWER, "match_id")
    return ordered.with_columns(
        begins=(silence.is_null() | (silence > limits.SESSION_GAP_SECONDS)).cast(pl.Int32)
    ).with_columns(session=pl.col("begins").cum_sum().over(*VIEWER, "match_id"))


def _habits(lines: pl.DataFrame) -> pl.DataFrame:
    fresh = pl.col("fault").is_null() & (pl.col("repetition") == 1)
    is_impression = pl.col("type") == InteractionType.IMPRESSION.value
    is_click = pl.col("type") == InteractionType.CLICK.value
    counted = lines.with_columns(
        minute=pl.col("timestamp") // 60, repeated=pl.col("repetition") > 1
    ).with_columns(
        acts=fresh.sum().over(*VIEWER, "minute"),
        seen=(fresh & is_impression).sum().over(*VIEWER),
        clicked=(fresh & is_click).sum().over(*VIEWER),
    )
    placement = ("match_id", "component_id", "version")
    showing = ("repeated", "match_id", "session", "type", "component_id", "version")
    return (
        counted.with_columns(most_acts=pl.col("acts").max().over(*VIEWER))
        .sort("timestamp", "interaction_id")
        .with_columns(
            showing=pl.int_range(pl.len()).over(*VIEWER, *showing) + 1,
            seen_from=pl.col("timestamp").filter(fresh & is_impression).min().over(*VIEWER, *placement),
        )
    )


def _dataset(good: pl.DataFrame) -> pl.DataFrame:
    sent = good.filter(pl.col("type") != InteractionType.WATCH.value)
    own = sent.select(
        pl.col("viewer_id").alias("USER_ID"),
        pl.col("component_id").alias("ITEM_ID"),
        pl.col("timestamp").alias("TIMESTAMP"),
        pl.col("type").alias("EVENT_TYPE"),
        pl.col("impression").alias("IMPRESSION"),
        pl.col("recommendation_id").alias("RECOMMENDATION_ID"),
        *NAMES,
    )
    cohorts = own.with_columns(USER_ID=pl.lit(COHORT_USER_PREFIX) + sent["cohort"].cast(pl.String))
    return pl.concat([own, cohorts])


def main(source: str, catalogue: str, output: str, now: str) -> None:
    """Write the dataset as one CSV file."""
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    interactions(Path(source), Path(catalogue), int(now)).write_csv(folder / "part-00000.csv")


if __name__ == "__main__":
    main(*sys.argv[1:])
