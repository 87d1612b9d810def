"""What differs from stage to stage: one frozen configuration, checked when it is made."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from stacks.errors import StageConfigError

CONTEXT_RECIPES = ("aws-user-personalization", "aws-user-personalization-v2")
EXPLORING_RECIPE = "aws-user-personalization"


class RecommendationMode(StrEnum):
    """For whom the campaign is asked: once per cohort and context, or per viewer while its rate allows."""

    COHORT = "cohort"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """How far the campaign tries items it knows little of (documented for User-Personalization v1 alone)."""

    weight: float = 0.3
    item_age_cut_off_days: int = 30

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise StageConfigError("personalize.exploration.weight", "a number from 0 to 1", self.weight)
        if self.item_age_cut_off_days < 1:
            raise StageConfigError(
                "personalize.exploration.item_age_cut_off_days", "at least 1 day", self.item_age_cut_off_days
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalizeConfig:
    """The recipe, what the campaign is provisioned for, and how often it is trained."""

    recipe: str = EXPLORING_RECIPE
    exploration: Exploration | None = field(default_factory=Exploration)
    mode: RecommendationMode = RecommendationMode.COHORT
    resting_transactions_per_second: int = 1
    match_transactions_per_second: int
    training_schedule: str

    def __post_init__(self) -> None:
        if self.recipe not in CONTEXT_RECIPES:
            raise StageConfigError("personalize.recipe", "one of " + ", ".join(CONTEXT_RECIPES), self.recipe)
        if self.exploration is not None and self.recipe != EXPLORING_RECIPE:
            raise StageConfigError(
                "personalize.exploration",
                f"None with the recipe {self.recipe}: exploration is documented for {EXPLORING_RECIPE} alone",
                self.exploration,
            )
        if not self.resting_transactions_per_second <= self.match_transactions_per_second <= 500:
            raise StageConfigError(
                "personalize.match_transactions_per_second",
                "from the resting rate to 500, which is the quota of one campaign",
                self.match_transactions_per_second,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """An OpenID Connect issuer whose tokens are believed in place of the stage's own user pool."""

    issuer: str
    audience: str
    jwks_uri: str

    def __post_init__(self) -> None:
        for name in ("issuer", "jwks_uri"):
            if not str(getattr(self, name)).startswith("https://"):
                raise StageConfigError(f"token_issuer.{name}", "an https:// address", getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class FlinkConfig:
    """How much of Flink is provisioned, and how late a signal may come."""

    parallelism: int
    autoscaling: bool
    snapshots: bool
    allowed_lateness_seconds: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """Everything that a stage decides; `stacks` read it and nothing else."""

    name: str
    retain_data: bool
    termination_protection: bool
    log_level: str
    log_retention_days: int
    raw_data_retention_days: int | None
    audit_retention_days: int
    stream_shards: int | None
    stream_retention_hours: int
    connection_shards: int
    dispatch_concurrency: int
    dispatch_reserved_concurrency: int | None
    feed_requests_per_second: int
    socket_messages_per_second: int
    glue_workers: int
    monthly_budget_usd: int
    personalize: PersonalizeConfig
    flink: FlinkConfig
    token_issuer: TokenIssuer | None = None
    alarm_email: str | None = None

    def __post_init__(self) -> None:
        if self.dispatch_concurrency < 2:
            raise StageConfigError(
                "dispatch_concurrency", "at least 2, the least that SQS allows", self.dispatch_concurrency
            )
        if self.connection_shards < 1:
            raise StageConfigError("connection_shards", "at least 1", self.connection_shards)

    @classmethod
    def development(cls) -> Self:
        """One engineer's stage: small, cheap, talkative, and gone without a trace when it is destroyed."""
        return cls(
            name="development",
            retain_data=False,
            termination_protection=False,
            log_level="DEBUG",
            log_retention_days=7,
            raw_data_retention_days=30,
            audit_retention_days=30,
            stream_shards=None,
            stream_retention_hours=24,
            connection_shards=4,
            dispatch_concurrency=4,
            dispatch_reserved_concurrency=None,
            feed_requests_per_second=50,
            socket_messages_per_second=500,
            glue_workers=2,
            monthly_budget_usd=200,
            personalize=PersonalizeConfig(
                match_transactions_per_second=100, training_schedule="rate(7 days)"
            ),
            flink=FlinkConfig(parallelism=1, autoscaling=False, snapshots=False),
        )

    @classmethod
    def production(cls) -> Self:
        """The stage that viewers see: data is kept, stacks are protected, capacity waits for kick-off."""
        return cls(
            name="production",
            retain_data=True,
            termination_protection=True,
            log_level="INFO",
            log_retention_days=90,
            raw_data_retention_days=None,
            audit_retention_days=400,
            stream_shards=8,
            stream_retention_hours=168,
            connection_shards=64,
            dispatch_concurrency=100,
            dispatch_reserved_concurrency=120,
            feed_requests_per_second=1_000,
            socket_messages_per_second=9_000,
            glue_workers=10,
            monthly_budget_usd=20_000,
            personalize=PersonalizeConfig(
                resting_transactions_per_second=2,
                match_transactions_per_second=250,
                training_schedule="cron(0 4 * * ? *)",
            ),
            flink=FlinkConfig(parallelism=4, autoscaling=True, snapshots=True),
        )


def stage_config(name: str) -> StageConfig:
    """The configuration of the stage of that name."""
    stages = {"development": StageConfig.development, "production": StageConfig.production}
    if name not in stages:
        raise StageConfigError("stage", "one of " + ", ".join(stages), name)
    return stages[name]()
