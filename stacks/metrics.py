"""The metrics by which the system is watched; ours are those that the functions write."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

NAMESPACE = "Touchline"
RUNGS = ("viewer", "cohort", "popularity", "editorial", "keep")
STEPS = {
    "detect": "build_context",
    "context": "build_context",
    "plan": "plan_dispatch",
    "recommend": "dispatch_components",
    "post": "dispatch_components",
}
MINUTE = Duration.minutes(1)


def own_metric(name: str, service: str, statistic: str = "Sum") -> cloudwatch.Metric:
    """A metric that a function writes, by the function's name."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service},
        statistic=statistic,
        period=MINUTE,
    )


def rung_metric(rung: str) -> cloudwatch.Metric:
    """How many dispatches were answered from a rung of the ladder."""
    return own_metric(f"Rung{rung.capitalize()}", "dispatch_components")


def step_metric(step: str) -> cloudwatch.Metric:
    """How many milliseconds a step of the path took, at its slowest hundredth."""
    return own_metric(f"{step.capitalize()}Latency", STEPS[step], "p99")


def degraded_share() -> cloudwatch.MathExpression:
    """The share of answers, in percent, that came from below the recommender."""
    below = "(FILL(popularity, 0) + FILL(editorial, 0) + FILL(keep, 0))"
    return cloudwatch.MathExpression(
        expression=f"100 * {below} / (FILL(viewer, 0) + FILL(cohort, 0) + {below})",
        using_metrics={rung: rung_metric(rung) for rung in RUNGS},
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
