"""The lift: engagement of the viewers whom the recommender serves, beside those who are held out."""

from dataclasses import dataclass

import duckdb

from local.study.lift.errors import LiftError
from paths import ROOT

QUERY = ROOT / "glue_jobs" / "lift.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Viewers and impressions of both arms, engagements per impression, and the relative lift.

    Each of `low` and `high` bounds a 95% interval.
    """

    served_viewers: int
    served_impressions: float
    served_rate: float
    served_low: float
    served_high: float
    holdout_viewers: int
    holdout_impressions: float
    holdout_rate: float
    holdout_low: float
    holdout_high: float
    lift: float
    lift_low: float
    lift_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """Screens that an arm was sent from a rung of the ladder."""

    holdout: bool
    rung: str
    screens: int


def measure_lift(logs: duckdb.DuckDBPyConnection) -> Lift:
    """Run the query that Athena has too; raises LiftError when an arm is missing."""
    row = logs.execute(QUERY.read_text(encoding="utf-8")).fetchone()
    if row is None or any(value is None for value in row):
        arms = logs.execute(
            "SELECT holdout, count(DISTINCT viewer_id) FROM interactions GROUP BY 1"
        ).fetchall()
        raise LiftError(
            "expected at least two viewers who engaged in each arm, shown what a logged decision placed, "
            f"got {dict(arms)} viewers by whether they are held out"
        )
    return Lift(**dict(zip(Lift.__slots__, row, strict=True)))


def screens_by_rung(logs: duckdb.DuckDBPyConnection) -> list[Screens]:
    """What each arm was really sent: the holdout must have nothing from the recommender."""
    rows = logs.execute(
        "SELECT holdout, rung, sum(viewers)::BIGINT FROM decisions GROUP BY ALL ORDER BY 1, 3 DESC"
    ).fetchall()
    return [Screens(holdout=holdout, rung=rung, screens=screens) for holdout, rung, screens in rows]
