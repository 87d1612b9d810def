"""The configuration of one stage."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Annotated

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

from domain.remote import HTTPS_ORIGIN
from stacks.config.checks import MailAddress, Matches, OneOf, Positive, Within, check_fields
from stacks.config.crowd import CrowdConfig
from stacks.config.data_key import DataKey
from stacks.config.delivery import DeliveryConfig
from stacks.config.experiment import ExperimentConfig
from stacks.config.flink import FlinkConfig
from stacks.config.gateway import GatewayQuota
from stacks.config.media import MediaConfig
from stacks.config.personalize import PersonalizeConfig
from stacks.config.token_issuer import TokenIssuer
from stacks.config.viewer_limits import ViewerLimits
from stacks.config.viewer_mail import ViewerMail
from stacks.errors import StageConfigError

STAGE_NAME = Matches(
    r"(?=.{2,17}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*",
    "2 to 17 lower-case letters, digits and single hyphens, because names of import jobs contain it",
)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}
NONCURRENT_VERSION_DAYS = 30
"""Days for which a versioned bucket keeps a version that was replaced or deleted."""
TOMBSTONE_MARGIN_DAYS = 40
"""Backups of tables reach back 35 days, and S3 and DynamoDB may expire data days late."""
MIN_DISPATCH_CONCURRENCY = 2
"""The minimum of an SQS event source's maximum concurrency."""
INVOCATIONS_PER_POLLER = 10
"""Concurrent invocations of one provisioned poller:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
MIN_POLLERS = 2
"""The lowest minimum of provisioned pollers of an SQS event source."""
WRITES_OF_A_NEW_TABLE = 4_000
"""Write units a second that a new on-demand table can take:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"""
MAX_READY_POLLERS = 200
"""The highest minimum of provisioned pollers of an SQS event source."""

MIN_GLUE_WORKERS = 2
"""Glue's minimum for Spark: https://docs.aws.amazon.com/glue/latest/dg/add-job.html"""
FIRST_TAGS = ("application", "stage")
"""The tags that every stage has; a budget finds a stage by the second one."""
TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}")
TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")
"""https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""
Days = Annotated[int, Within(1, 36_500)]
StreamHours = Annotated[int, Within(24, 8_760)]
"""What Kinesis accepts: a day to a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """Every setting in which stages differ."""

    name: Annotated[str, STAGE_NAME]
    """Part of the names of stacks and of Personalize's resources."""
    retain_data: bool
    """True if buckets, tables, streams, queues, secrets and logs outlive their stack; else nothing does."""
    termination_protection: bool
    """True if CloudFormation refuses to delete the stateful stacks."""
    log_level: Annotated[str, OneOf(LOG_LEVELS)]
    log_retention_days: Annotated[int, OneOf(tuple(LOG_RETENTION))]
    raw_data_retention_days: Days
    """Days after which raw interactions, decisions and the datasets made of them expire."""
    audit_retention_days: Days
    """Days after which an entry of the operators' audit log expires."""
    signal_shards: Positive | None
    """Provisioned shards of the stream of signals; None uses on-demand capacity."""
    interaction_shards: Positive | None
    """Provisioned shards of the stream of interactions, 1,000 a second each; None is on demand."""
    signal_retention_hours: StreamHours
    interaction_retention_hours: StreamHours
    """Hours within which the stream can be read again; the raw bucket keeps interactions for longer."""
    connection_shards: Positive
    """Shards over which the connections of one match are spread; each is dispatched by itself."""
    connections_warm_writes_per_second: Annotated[int, Within(WRITES_OF_A_NEW_TABLE)] | None
    """Write units a second that the new table of connections can take; None leaves DynamoDB's default."""
    dispatch_concurrency: Annotated[int, Within(MIN_DISPATCH_CONCURRENCY)]
    """The most concurrent invocations of `dispatch_components`."""
    dispatch_reserved_concurrency: Positive | None
    """The reserved concurrency of `dispatch_components`; None reserves none."""
    dispatch_match_environments: Positive | None
    """Environments of `dispatch_components` that are kept ready during matches; None keeps none."""
    dispatch_pollers_provisioned: bool
    """True if pollers for all shards of a match always read the dispatch queue; False starts with five."""
    feed_requests_per_second: Positive
    """The throttle of the feed API."""
    socket_messages_per_second: Positive
    """The throttle of what viewers' apps send: that of the WebSocket API, or of the HTTP API in broadcast."""
    glue_workers: Annotated[int, Within(MIN_GLUE_WORKERS)]
    """G.1X workers of each Glue job."""
    monthly_budget_usd: Positive
    personalize: PersonalizeConfig
    flink: FlinkConfig
    crowd: CrowdConfig = field(default_factory=CrowdConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
    experiment: ExperimentConfig = field(default_factory=ExperimentConfig)
    gateway: GatewayQuota = field(default_factory=GatewayQuota)
    media: MediaConfig = field(default_factory=MediaConfig)
    viewer_limits: ViewerLimits = field(default_factory=ViewerLimits)
    data_key: DataKey | None = None
    """The customer-managed key of all stores; None leaves them to keys of AWS."""
    cost_tags: Mapping[str, str] = field(default_factory=dict)
    """More tags of everything that the stage creates, for the bill."""
    viewer_mail: ViewerMail | None = None
    """How the viewers' pool sends mails; None lets Cognito send them, at most 50 a day."""
    token_issuer: TokenIssuer | None = None
    """An external issuer of viewers' tokens; None uses the stage's own user pool."""
    video_origins: tuple[str, ...] = ()
    """The https origins of the matches' video streams; the app's own origin is always allowed."""
    alarm_email: MailAddress | None = None
    """The address that receives alarms, budget alerts and training results; None subscribes no one."""

    def __post_init__(self) -> None:
        check_fields(self)
        for origin in self.video_origins:
            if not HTTPS_ORIGIN.fullmatch(origin):
                expected = "https origins without a path, such as https://video.example"
                raise StageConfigError("video_origins", expected, origin)
        self._check_tags()
        keys = (self.personalize.datasets.key, self.personalize.trained.datasets.key)
        if DataKey() in keys and self.data_key != DataKey():
            raise StageConfigError("data_key", "DataKey(), which the dataset group uses", self.data_key)
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

    def _check_tags(self) -> None:
        for key, value in self.cost_tags.items():
            if not TAG_KEY.fullmatch(key) or key in FIRST_TAGS:
                expected = "up to 128 characters without the prefix aws:, other than " + ", ".join(FIRST_TAGS)
                raise StageConfigError("cost_tags", expected, key)
            if not TAG_VALUE.fullmatch(value):
                expected = "up to 256 letters, digits, spaces or characters of _.:/=+-@"
                raise StageConfigError(f"cost_tags.{key}", expected, value)

    def _check_environments(self) -> None:
        reserved = self.dispatch_reserved_concurrency
        if reserved is not None and reserved < self.dispatch_concurrency:
            expected = f"at least dispatch_concurrency ({self.dispatch_concurrency}), or None"
            raise StageConfigError("dispatch_reserved_concurrency", expected, reserved)
        environments = self.dispatch_match_environments
        if environments is None:
            return
        most = self.dispatch_reserved_concurrency or environments
        if not 1 <= environments <= most:
            expected = f"from 1 to the reserved concurrency, {most}, or None"
            raise StageConfigError("dispatch_match_environments", expected, environments)

    def check_arns(self, region: str | None) -> None:
        """Raise StageConfigError for what is in another region than the stage; None is not known yet."""
        adopted, serving = self.personalize.adopted, self.personalize.datasets
        following = self.personalize.next_datasets
        arns = {
            "data_key.arn": self.data_key and self.data_key.arn,
            "personalize.adopted.dataset_group_arn": adopted and adopted.dataset_group_arn,
            "personalize.datasets.key.arn": serving.key and serving.key.arn,
            "personalize.next_datasets.key.arn": following and following.key and following.key.arn,
        }
        for name, arn in arns.items():
            if arn and region and arn.split(":")[3] != region:
                raise StageConfigError(name, f"one in the region of the stage, {region}", arn)

    @property
    def trained(self) -> "StageConfig":
        """The same with the dataset group that trainings fill, which may not serve yet."""
        return replace(self, personalize=self.personalize.trained)

    @property
    def min_dispatch_pollers(self) -> int:
        """The pollers that read one task per shard at once."""
        return max(MIN_POLLERS, ceil(self.connection_shards / INVOCATIONS_PER_POLLER))

    @property
    def max_dispatch_pollers(self) -> int:
        """The pollers that never exceed `dispatch_concurrency`."""
        return self.dispatch_concurrency // INVOCATIONS_PER_POLLER

    @property
    def tombstone_retention_days(self) -> int:
        """Days for which an erasure is remembered: longer than any store can keep what was erased."""
        return self.raw_data_retention_days + NONCURRENT_VERSION_DAYS + TOMBSTONE_MARGIN_DAYS

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What happens to a stateful resource when its stack is deleted.

        A first deployment that fails deletes it again in every stage, so that the next one can create it.
        """
        return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.retain_data else RemovalPolicy.DESTROY

    @property
    def undeletable_removal_policy(self) -> RemovalPolicy:
        """The same for what CloudFormation cannot delete: with deletion protection, or already in use.

        Such a resource has a generated name, so it is not in the way of the next deployment.
        """
        return RemovalPolicy.RETAIN if self.retain_data else RemovalPolicy.DESTROY

    @property
    def log_retention(self) -> logs.RetentionDays:
        """The retention of every log group."""
        return LOG_RETENTION[self.log_retention_days]
