"""CloudWatch metrics of the alarms and the dashboard."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from domain.metrics import SERVICE_DIMENSION, SHARED, SHARED_SERVICE, Metric, Step, namespace_of
from domain.placement import Rung

STEP_FUNCTIONS = {
    Step.DETECT: "build_context",
    Step.CONTEXT: "build_context",
    Step.PLAN: "build_context",
    Step.RECOMMEND: "dispatch_components",
    Step.POST: "dispatch_components",
}
"""The function that emits the latency of each step."""
MINUTE = Duration.minutes(1)
FIVE_MINUTES = Duration.minutes(5)
TEN_MINUTES = Duration.minutes(10)
"""For what is counted in a dispatch: versions are minutes apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMetrics:
    """The metrics that the functions of one stage emit."""

    stage: str

    def of(self, metric: Metric, service: str) -> cloudwatch.Metric:
        """Return the sum of a counter that this function emits."""
        return self._metric(metric, service, "Sum")

    def shared(self, metric: Metric) -> cloudwatch.Metric:
        """Return the sum of a counter that all functions share."""
        assert metric in SHARED
        return self._metric(metric, SHARED_SERVICE, "Sum")

    def rung(self, rung: Rung) -> cloudwatch.Metric:
        """Return the number of viewers served from a rung of the ladder."""
        return self.of(Metric.of_rung(rung), "dispatch_components")

    def latency(self, step: Step) -> cloudwatch.Metric:
        """Return the p99 latency of a step, in milliseconds."""
        return self._metric(step.latency_metric, STEP_FUNCTIONS[step], "p99")

    def degraded_share(self) -> cloudwatch.MathExpression:
        """Return the percentage of viewers served from a rung below the recommender; missing if none is."""
        counters = {"degraded": Metric.SENT_WITHOUT_RECOMMENDER, "sent": Metric.SENT}
        return cloudwatch.MathExpression(
            expression="100 * degraded / sent",
            using_metrics={
                name: self.of(metric, "dispatch_components").with_(period=TEN_MINUTES)
                for name, metric in counters.items()
            },
            label="served without the recommender, %",
            period=TEN_MINUTES,
        )

    def _metric(self, name: str, service: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=namespace_of(self.stage),
            metric_name=name,
            dimensions_map={SERVICE_DIMENSION: service},
            statistic=statistic,
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
