"""The lift: the engagement of served viewers relative to that of held-out viewers."""

from dataclasses import dataclass

import duckdb

from local.study.lift.errors import LiftError
from paths import ROOT

QUERY = ROOT / "glue_jobs" / "lift.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Viewers, impressions and engagements per impression of both arms, and the relative lift.

    `low` and `high` are the bounds of 95% confidence intervals.
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
    """The number of screens that an arm received from a rung of the ladder."""

    holdout: bool
    rung: str
    screens: int


def measure_lift(logs: duckdb.DuckDBPyConnection) -> Lift:
    """Run the query, which is saved in Athena too; raises LiftError if an arm is missing."""
    row = logs.execute(QUERY.read_text(encoding="utf-8")).fetchone()
    if row is None or any(value is None for value in row):
        arms = logs.execute(
            "SELECT holdout, count(DISTINCT viewer_id) FROM interactions GROUP BY 1"
        ).fetchall()
        raise LiftError(
            "expected in each arm at least two viewers who engaged with components of logged decisions, "
            f"got viewers by holdout: {dict(arms)}"
        )
    return Lift(**dict(zip(Lift.__slots__, row, strict=True)))


def screens_by_rung(logs: duckdb.DuckDBPyConnection) -> list[Screens]:
    """Return the screens of each arm by rung; the holdout must have none from the recommender."""
    rows = logs.execute(
        "SELECT holdout, rung, sum(viewers)::BIGINT FROM decisions GROUP BY ALL ORDER BY 1, 3 DESC"
    ).fetchall()
    return [Screens(holdout=holdout, rung=rung, screens=screens) for holdout, rung, screens in rows]
