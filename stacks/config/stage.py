"""The configuration of one stage."""

from dataclasses import dataclass, field
from math import ceil

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

from stacks.config.crowd import CrowdConfig
from stacks.config.experiment import ExperimentConfig
from stacks.config.flink import FlinkConfig
from stacks.config.gateway import GatewayQuota
from stacks.config.media import MediaConfig
from stacks.config.personalize import PersonalizeConfig
from stacks.config.token_issuer import TokenIssuer
from stacks.errors import StageConfigError

LOG_RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}
MIN_DISPATCH_CONCURRENCY = 2
"""The minimum of an SQS event source's maximum concurrency."""
INVOCATIONS_PER_POLLER = 10
"""Concurrent invocations of one provisioned poller:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
MIN_POLLERS = 2
"""The lowest minimum of provisioned pollers of an SQS event source."""
MAX_READY_POLLERS = 200
"""The highest minimum of provisioned pollers of an SQS event source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """Every setting in which stages differ."""

    name: str
    """Part of the names of stacks and of Personalize's resources."""
    retain_data: bool
    """True if buckets, tables, streams, queues, secrets and logs outlive their stack."""
    termination_protection: bool
    """True if CloudFormation refuses to delete the stateful stacks."""
    log_level: str
    log_retention_days: int
    raw_data_retention_days: int | None
    """Days after which raw interactions and decisions expire; None keeps them."""
    audit_retention_days: int
    """Days after which an entry of the operators' audit log expires."""
    stream_shards: int | None
    """Provisioned shards of each Kinesis stream; None uses on-demand capacity."""
    stream_retention_hours: int
    connection_shards: int
    """Shards over which the connections of one match are spread; each is dispatched by itself."""
    dispatch_concurrency: int
    """The most concurrent invocations of `dispatch_components`."""
    dispatch_reserved_concurrency: int | None
    """The reserved concurrency of `dispatch_components`; None reserves none."""
    dispatch_match_environments: int | None
    """Environments of `dispatch_components` that are kept ready during matches; None keeps none."""
    dispatch_pollers_provisioned: bool
    """True if pollers for all shards of a match always read the dispatch queue; False starts with five."""
    feed_requests_per_second: int
    """The throttle of the feed API."""
    socket_messages_per_second: int
    """The throttle of the WebSocket API."""
    glue_workers: int
    """G.1X workers of each Glue job."""
    monthly_budget_usd: int
    personalize: PersonalizeConfig
    flink: FlinkConfig
    crowd: CrowdConfig = field(default_factory=CrowdConfig)
    experiment: ExperimentConfig = field(default_factory=ExperimentConfig)
    gateway: GatewayQuota = field(default_factory=GatewayQuota)
    media: MediaConfig = field(default_factory=MediaConfig)
    token_issuer: TokenIssuer | None = None
    """An external issuer of viewers' tokens; None uses the stage's own user pool."""
    alarm_email: str | None = None
    """The address that receives alarms, budget alerts and training results; None subscribes no one."""

    def __post_init__(self) -> None:
        if self.log_retention_days not in LOG_RETENTION:
            expected = "one of " + ", ".join(map(str, LOG_RETENTION))
            raise StageConfigError("log_retention_days", expected, self.log_retention_days)
        if self.dispatch_concurrency < MIN_DISPATCH_CONCURRENCY:
            raise StageConfigError(
                "dispatch_concurrency",
                f"at least {MIN_DISPATCH_CONCURRENCY}, the minimum of SQS",
                self.dispatch_concurrency,
            )
        if self.connection_shards < 1:
            raise StageConfigError("connection_shards", "at least 1", self.connection_shards)
        if self.dispatch_pollers_provisioned:
            self._check_pollers()
        self._check_environments()

    def _check_pollers(self) -> None:
        if self.min_dispatch_pollers > MAX_READY_POLLERS:
            expected = f"at most {MAX_READY_POLLERS * INVOCATIONS_PER_POLLER} with provisioned pollers"
            raise StageConfigError("connection_shards", expected, self.connection_shards)
        if self.max_dispatch_pollers < self.min_dispatch_pollers:
            least = self.min_dispatch_pollers * INVOCATIONS_PER_POLLER
            expected = f"at least {least} with provisioned pollers, one task per shard"
            raise StageConfigError("dispatch_concurrency", expected, self.dispatch_concurrency)

    def _check_environments(self) -> None:
        environments = self.dispatch_match_environments
        if environments is None:
            return
        most = self.dispatch_reserved_concurrency or environments
        if not 1 <= environments <= most:
            expected = f"from 1 to the reserved concurrency, {most}, or None"
            raise StageConfigError("dispatch_match_environments", expected, environments)

    @property
    def min_dispatch_pollers(self) -> int:
        """The pollers that read one task per shard at once."""
        return max(MIN_POLLERS, ceil(self.connection_shards / INVOCATIONS_PER_POLLER))

    @property
    def max_dispatch_pollers(self) -> int:
        """The pollers that never exceed `dispatch_concurrency`."""
        return self.dispatch_concurrency // INVOCATIONS_PER_POLLER

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What happens to a stateful resource when its stack is deleted."""
        return RemovalPolicy.RETAIN if self.retain_data else RemovalPolicy.DESTROY

    @property
    def log_retention(self) -> logs.RetentionDays:
        """The retention of every log group."""
        return LOG_RETENTION[self.log_retention_days]
