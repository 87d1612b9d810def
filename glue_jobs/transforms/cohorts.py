"""Cohort pseudo-users: each cohort is a user with its members' interactions, so that its taste is learned."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from domain.cohort import COHORT_USER_PREFIX


def with_cohort_users(accepted: DataFrame) -> DataFrame:
    """Return the interactions of viewers, and a copy of each under the viewer's cohort.

    Members share recommendations, so in the copies each member's recommendation gets its own id, which keeps
    their exposures separate.
    """
    names = accepted.columns
    own_recommendation = F.md5(
        F.concat_ws(
            "|",
            F.col("viewer_id"),
            F.coalesce(F.col("recommendation_id"), F.lit("")),
            F.col("timestamp"),
        )
    )
    replaced = {
        "viewer_id": F.concat(F.lit(COHORT_USER_PREFIX), F.col("cohort")).alias("viewer_id"),
        "recommendation_id": own_recommendation.alias("recommendation_id"),
    }
    cohorts = accepted.select(*(replaced.get(name, F.col(name)) for name in names))
    return accepted.select(*names).unionByName(cohorts)
