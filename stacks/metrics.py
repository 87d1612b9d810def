"""CloudWatch metrics of the alarms and the dashboard."""

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
ROW_READERS = (
    "build_context",
    "plan_dispatch",
    "dispatch_components",
    "prepare_screens",
    "subscribe",
    "interact",
    "operate",
    "watch",
    "record_night",
    "schedule_kick_off",
)
"""The functions that count rows that they cannot read; an alarm takes ten metrics at most."""
MINUTE = Duration.minutes(1)


def own_metric(name: str, service: str, statistic: str = "Sum") -> cloudwatch.Metric:
    """Return a metric of Touchline that a function emits."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={SERVICE_DIMENSION: service},
        statistic=statistic,
        period=MINUTE,
    )


def rung_metric(rung: Rung) -> cloudwatch.Metric:
    """Return the number of viewers served from a rung of the ladder."""
    return own_metric(Metric.of_rung(rung), "dispatch_components")


def step_metric(step: Step) -> cloudwatch.Metric:
    """Return the p99 latency of a step, in milliseconds."""
    return own_metric(step.latency_metric, STEP_FUNCTIONS[step], "p99")


def degraded_share() -> cloudwatch.MathExpression:
    """Return the percentage of viewers served from a rung below the recommender."""
    fallback = "(FILL(popularity, 0) + FILL(editorial, 0) + FILL(keep, 0))"
    return cloudwatch.MathExpression(
        expression=f"100 * {fallback} / (FILL(viewer, 0) + FILL(cohort, 0) + {fallback})",
        using_metrics={rung.value: rung_metric(rung) for rung in Rung},
        label="served without the recommender, %",
        period=MINUTE,
    )


def unreadable_rows() -> cloudwatch.MathExpression:
    """Return how often a function could not read a row of our own tables."""
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({function}, 0)" for function in ROW_READERS),
        using_metrics={
            function: own_metric(Metric.STORED_ROWS_UNREADABLE, function) for function in ROW_READERS
        },
        label="stored rows unreadable",
        period=MINUTE,
    )


def detector_metric(application: str, name: str) -> cloudwatch.Metric:
    """Return a metric of the Flink application, the maximum per minute."""
    return cloudwatch.Metric(
        namespace="AWS/KinesisAnalytics",
        metric_name=name,
        dimensions_map={"Application": application},
        statistic="Maximum",
        period=MINUTE,
    )
