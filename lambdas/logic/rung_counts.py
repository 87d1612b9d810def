"""Counts viewers by the rung of the ladder that they were served from."""

from domain.metrics import Metric
from domain.recommendation import Recommendation
from lambdas.logic.ports.telemetry import Telemetry


def count_viewers(
    telemetry: Telemetry, recommendation: Recommendation, calm: Recommendation | None, viewers: int
) -> None:
    """Count viewers who were sent placements of this recommendation, and of one for the time after it."""
    telemetry.count(Metric.of_rung(recommendation.rung), viewers)
    if not recommendation.rung.is_recommended:
        telemetry.count(Metric.SENT_WITHOUT_RECOMMENDER, viewers)
    if calm is not None:
        telemetry.count(Metric.of_calm_rung(calm.rung), viewers)
