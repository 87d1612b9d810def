"""The metrics by which the system is watched; ours are those that the functions write."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from domain.metrics import NAMESPACE, SERVICE_DIMENSION, Metric, Step
from domain.placement import Rung

STEP_FUNCTIONS = {
    Step.DETECT: "build_context",
    Step.CONTEXT: "build_context",
    Step.PLAN: "plan_dispatch",
    Step.RECOMMEND: "dispatch_components",
    Step.POST: "dispatch_components",
}
"""The function that emits the latency of each step."""
MINUTE = Duration.minutes(1)


def own_metric(name: str, service: str, statistic: str = "Sum") -> cloudwatch.Metric:
    """A metric that a function writes, by the function's name."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={SERVICE_DIMENSION: service},
        statistic=statistic,
        period=MINUTE,
    )


def rung_metric(rung: Rung) -> cloudwatch.Metric:
    """How many dispatches were answered from a rung of the ladder."""
    return own_metric(Metric.of_rung(rung), "dispatch_components")


def step_metric(step: Step) -> cloudwatch.Metric:
    """How many milliseconds a step of the path took, at its slowest hundredth."""
    return own_metric(step.latency_metric, STEP_FUNCTIONS[step], "p99")


def degraded_share() -> cloudwatch.MathExpression:
    """The share of answers, in percent, that came from below the recommender."""
    below = "(FILL(popularity, 0) + FILL(editorial, 0) + FILL(keep, 0))"
    return cloudwatch.MathExpression(
        expression=f"100 * {below} / (FILL(viewer, 0) + FILL(cohort, 0) + {below})",
        using_metrics={rung.value: rung_metric(rung) for rung in Rung},
        label="below the recommender, %",
        period=MINUTE,
    )


def detector_metric(application: str, name: str) -> cloudwatch.Metric:
    """A metric of the Flink application, at its highest in a minute."""
    return cloudwatch.Metric(
        namespace="AWS/KinesisAnalytics",
        metric_name=name,
        dimensions_map={"Application": application},
        statistic="Maximum",
        period=MINUTE,
    )
