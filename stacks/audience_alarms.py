"""What the alarms of a stage that broadcasts watch beside the others; docs/operate.md says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from domain.metrics import Metric
from stacks.constructs.alarms import Alarms
from stacks.constructs.audience_channels import AudienceChannels
from stacks.constructs.viewer_functions import ViewerFunctions
from stacks.metrics import FIVE_MINUTES, MINUTE, StageMetrics

MAX_THROTTLED_PUBLISHES = 20
"""In five minutes: a few are ordinary, and are tried again, but a whole audience waits for each."""
MAX_FAILED_REQUESTS = 10
"""In five minutes: the app repeats a request that failed, and a few are ordinary."""
MAX_REFUSED_PERCENT = 20
MIN_REFUSED = 10
"""In five minutes: a share of fewer says nothing."""
MAX_EXCEEDED_PERCENT = 5
"""Of the impressions: viewers with two devices exceed some limits, and an app that ignores limits many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceAlarms:
    """Adds the alarms of publishes, channels, documents, passes and limits."""

    alarms: Alarms
    metrics: StageMetrics

    def watch_publishes(self) -> None:
        """Watch the way of a version to the audiences."""
        for name, metric, meaning in (
            ("PublishesFailed", Metric.PUBLISHES_FAILED, "Publishes to audiences failed despite retries"),
            ("DocumentsFailed", Metric.DOCUMENTS_FAILED, "Documents of audiences could not be written"),
        ):
            self.alarms.watch(
                name, self.metrics.of(metric, "dispatch_components"), above=0, description=meaning
            )
        throttled = self.metrics.of(Metric.PUBLISHES_THROTTLED, "dispatch_components")
        self.alarms.watch(
            "PublishesThrottled",
            throttled.with_(period=FIVE_MINUTES),
            above=MAX_THROTTLED_PUBLISHES,
            description="AppSync throttles publishes",
        )

    def watch_channels(self, audiences: AudienceChannels) -> None:
        """Watch what AppSync counts of its requests, connections and messages."""
        channels = audiences.channels
        for name, metric, above, meaning in (
            ("PublishErrors", "5XXError", 0, "AppSync answers publishes with 5xx"),
            ("PublishesRefused", "4XXError", MAX_THROTTLED_PUBLISHES, "AppSync answers publishes with 4xx"),
        ):
            self.alarms.watch(
                f"Channel{name}", channels.http_metric(metric), above=above, description=meaning
            )
        for name, metric, above, meaning in (
            ("ConnectErrors", "ConnectServerError", MAX_FAILED_REQUESTS, "Apps cannot connect to AppSync"),
            ("SubscribeErrors", "SubscribeServerError", MAX_FAILED_REQUESTS, "Apps cannot subscribe"),
            ("DeliveryErrors", "BroadcastEventServerError", 0, "AppSync fails to deliver messages"),
            ("MessagesDelayed", "InboundMessageDelayed", 0, "AppSync delays messages: a quota is used up"),
            ("MessagesDropped", "InboundMessageDropped", 0, "AppSync drops messages: a quota is used up"),
        ):
            self.alarms.watch(
                f"Channel{name}", channels.realtime_metric(metric), above=above, description=meaning
            )
        self._watch_share(
            "ChannelConnectsRefused",
            channels.realtime_metric("ConnectClientError"),
            of={"requests": channels.realtime_metric("ConnectRequests")},
            description="AppSync refuses apps that connect: throttled, or without a valid pass",
        )
        self.alarms.watch(
            "ChannelAuthorizerErrors",
            audiences.authorize_channel.metric_errors(period=MINUTE),
            above=0,
            description="ChannelAuthorizer fails: apps can neither connect nor subscribe",
        )

    def watch_viewers(self, viewers: ViewerFunctions) -> None:
        """Watch the requests of viewers' apps over HTTP."""
        stage = viewers.api.stage
        self.alarms.watch(
            "ViewerApiErrors",
            stage.metric_server_error(period=FIVE_MINUTES, statistic="Sum"),
            above=MAX_FAILED_REQUESTS,
            description="The viewers' API answers apps with 5xx",
        )
        self._watch_share(
            "ViewerApiRefuses",
            stage.metric_client_error(period=FIVE_MINUTES, statistic="Sum"),
            of={"requests": stage.metric_count(period=FIVE_MINUTES, statistic="Sum")},
            description="The viewers' API answers apps with 4xx: throttled, or not permitted",
        )
        for name, service in (("Pass", "issue_pass"), ("Interaction", "accept_interactions")):
            self.alarms.watch(
                f"{name}TokensNotVerified",
                self.metrics.of(Metric.AUTHORIZATIONS_FAILED, service),
                above=0,
                description=f"The token issuer's keys cannot be read: {service} answers with 500",
            )
        refused, issued = (
            self.metrics.of(metric, "issue_pass").with_(period=FIVE_MINUTES)
            for metric in (Metric.PASSES_REFUSED, Metric.PASSES_ISSUED)
        )
        self._watch_share(
            "PassesRefused",
            refused,
            of={"refused": refused, "issued": issued},
            description="Apps ask for passes with tokens or matches that are not valid",
        )

    def watch_limits(self) -> None:
        """Watch the limits that apps apply themselves, as far as they report what viewers saw."""
        exceeded, seen = (
            self.metrics.of(metric, "accept_interactions").with_(period=FIVE_MINUTES)
            for metric in (Metric.LIMITS_EXCEEDED, Metric.INTERACTIONS_IMPRESSION)
        )
        self._watch_share(
            "LimitsExceeded",
            exceeded,
            of={"seen": seen},
            above=MAX_EXCEEDED_PERCENT,
            description="Apps show components although their viewers have seen them often enough",
        )

    def _watch_share(
        self,
        name: str,
        refused: cloudwatch.IMetric,
        *,
        of: Mapping[str, cloudwatch.IMetric],
        above: float = MAX_REFUSED_PERCENT,
        description: str,
    ) -> None:
        """Watch the part of some requests that are refused, unless they are very few."""
        share = f"100 * refused / ({' + '.join(of)})"
        self.alarms.watch(
            name,
            cloudwatch.MathExpression(
                expression=f"IF(refused > {MIN_REFUSED}, {share}, 0)",
                using_metrics={"refused": refused, **of},
                label=f"{name}, %",
                period=FIVE_MINUTES,
            ),
            above=above,
            description=description,
        )
