"""The CloudWatch dashboard for a match."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from domain.metrics import Metric, Step
from domain.placement import Rung
from stacks.constructs.event_channels import EventChannels
from stacks.metrics import MINUTE, StageMetrics, detector_metric


class MatchDashboard(cloudwatch.Dashboard):
    """Graphs of rungs, latency, posts, streams, detector and dead letters, and the state of all alarms."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        metrics: StageMetrics,
        streams: Mapping[str, kinesis.IStream],
        dead_letters: Mapping[str, sqs.IQueue],
        detector: str,
        channels: EventChannels | None,
        alarms: list[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, construct_id)
        self.add_widgets(
            _graph("Viewers served, by rung", [metrics.rung(rung) for rung in Rung], stacked=True),
            _graph("Latency by step, p99 ms", [metrics.latency(step) for step in Step]),
        )
        self.add_widgets(
            _publishes(metrics) if channels else _posts(metrics),
            _graph(
                "Iterator age of stream consumers, ms",
                [
                    stream.metric_get_records_iterator_age_milliseconds(label=name)
                    for name, stream in streams.items()
                ],
            ),
        )
        self.add_widgets(
            _graph(
                "Detector",
                [detector_metric(detector, name) for name in ("downtime", "lastCheckpointDuration")],
            ),
            _graph(
                "Dead letters",
                [
                    queue.metric_approximate_number_of_messages_visible(label=name)
                    for name, queue in dead_letters.items()
                ],
            ),
        )
        if channels:
            self.add_widgets(*_audiences(metrics, channels))
        self.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24))


def _posts(metrics: StageMetrics) -> cloudwatch.GraphWidget:
    names = (
        *(Metric.SENT, Metric.GONE, Metric.FAILED, Metric.POST_RETRIES),
        *(Metric.POSTS_THROTTLED, Metric.POSTS_OWED, Metric.POSTS_UNREAD),
    )
    return _graph("Posts", [metrics.of(name, "dispatch_components") for name in names])


def _publishes(metrics: StageMetrics) -> cloudwatch.GraphWidget:
    names = (
        *(Metric.PUBLISHED, Metric.PUBLISHES_FAILED, Metric.PUBLISHES_THROTTLED),
        *(Metric.DOCUMENTS_WRITTEN, Metric.DOCUMENTS_FAILED),
    )
    return _graph("Publishes to audiences", [metrics.of(name, "dispatch_components") for name in names])


def _audiences(metrics: StageMetrics, channels: EventChannels) -> list[cloudwatch.GraphWidget]:
    """Return graphs of those who join, and of what reaches them."""
    joins = [
        *(metrics.of(name, "issue_pass") for name in (Metric.PASSES_ISSUED, Metric.PASSES_REFUSED)),
        metrics.of(Metric.CHANNELS_REFUSED, "authorize_channel"),
        *(channels.realtime_metric(name) for name in ("ConnectSuccess", "SubscribeSuccess")),
    ]
    audience = ("ActiveConnections", "ActiveSubscriptions", "OutboundMessages")
    return [
        _graph("Viewers who join", joins),
        _graph(
            "Connections and messages of AppSync",
            [channels.realtime_metric(name).with_(period=MINUTE) for name in audience],
        ),
    ]


def _graph(title: str, metrics: list[cloudwatch.Metric], *, stacked: bool = False) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), stacked=stacked, width=12)
