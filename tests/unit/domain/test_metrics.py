"""Metric names: every rung, interaction type and outcome has a counter, every step a latency."""

from domain.audit import Outcome
from domain.interaction import InteractionType
from domain.metrics import Metric, Step
from domain.placement import Rung


def test_every_rung_has_a_counter() -> None:
    assert len({Metric.of_rung(rung) for rung in Rung}) == len(Rung)
    assert Metric.of_rung(Rung.COHORT) == "RungCohort"
    assert len({Metric.of_calm_rung(rung) for rung in Rung}) == len(Rung)


def test_every_interaction_type_has_a_counter() -> None:
    assert len({Metric.of_interaction(kind) for kind in InteractionType}) == len(InteractionType)


def test_every_final_outcome_has_a_counter() -> None:
    assert Metric.of_operation(Outcome.DONE) is Metric.OPERATIONS_DONE
    assert Metric.of_operation(Outcome.REFUSED) is Metric.OPERATIONS_REFUSED


def test_every_step_has_a_latency() -> None:
    assert [step.latency_metric for step in Step] == [
        "DetectLatency",
        "ContextLatency",
        "PlanLatency",
        "RecommendLatency",
        "PostLatency",
    ]
