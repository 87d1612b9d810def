"""What differs from stage to stage: one frozen configuration, checked when it is made."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from domain.detection.rules import rules_with_overrides
from stacks.errors import StageConfigError
from stacks.media_config import MediaConfig

CONTEXT_RECIPES = ("aws-user-personalization", "aws-user-personalization-v2")
EXPLORING_RECIPE = "aws-user-personalization"
LOG_RETENTION_DAYS = (7, 30, 90, 365)
LONGEST_PROPERTY = 2_048
DATASET_GROUP_ARN = re.compile(r"arn:aws[a-z-]*:personalize:[a-z0-9-]+:\d{12}:dataset-group/[\w-]{1,63}")


class RecommendationMode(StrEnum):
    """For whom the campaign is asked: once per cohort and context, or per viewer while its rate allows.

    COHORT leaves a fifth of the rate to viewers who have clicked in this match: what they did there counts.
    """

    COHORT = "cohort"
    VIEWER = "viewer"


class Publication(StrEnum):
    """Which solution version the campaign serves.

    COMPARED: the newest whose offline metrics are not worse than those of the one that serves; the training
    state machine decides. FOLLOWING: the newest, whatever its metrics; Personalize deploys it by itself.
    """

    COMPARED = "compared"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedDatasets:
    """A dataset group that exists already, with its datasets, and its event tracker if it has one."""

    dataset_group_arn: str
    tracking_id: str | None = None

    def __post_init__(self) -> None:
        if not DATASET_GROUP_ARN.fullmatch(self.dataset_group_arn):
            raise StageConfigError(
                "personalize.adopted.dataset_group_arn",
                "arn:aws:personalize:REGION:ACCOUNT:dataset-group/NAME",
                self.dataset_group_arn,
            )


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
    publication: Publication = Publication.COMPARED
    adopted: AdoptedDatasets | None = None
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
class ExperimentConfig:
    """Who gets the answer without a recommender, and how often slots try another component: shares of 1.

    A new season draws the holdout group anew.
    """

    season: str = "2026"
    holdout_share: float = 0.0
    trial_share: float = 0.0

    def __post_init__(self) -> None:
        for name in ("holdout_share", "trial_share"):
            if not 0 <= getattr(self, name) <= 0.5:
                raise StageConfigError(f"experiment.{name}", "a number from 0 to 0.5", getattr(self, name))

    @property
    def holdout_environment(self) -> dict[str, str]:
        """What tells a function who is held out."""
        return {
            "EXPERIMENT_SEASON": self.season,
            "EXPERIMENT_HOLDOUT_SHARE": str(self.holdout_share),
        }

    @property
    def environment(self) -> dict[str, str]:
        """What the functions that choose have to know of it."""
        return {**self.holdout_environment, "EXPERIMENT_TRIAL_SHARE": str(self.trial_share)}


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
    detection_rules: str = ""
    """Rules in JSON that replace the default ones for the same moments, see docs/detection.md."""

    def __post_init__(self) -> None:
        if len(self.detection_rules) > LONGEST_PROPERTY:
            raise StageConfigError(
                "flink.detection_rules",
                f"at most {LONGEST_PROPERTY} characters, the longest property that Managed Flink takes",
                len(self.detection_rules),
            )
        if self.detection_rules:
            rules_with_overrides(self.detection_rules, "flink.detection_rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdConfig:
    """Whose posts are listened to, and who judges their sentiment: a lexicon, or Comprehend for money."""

    source: str = "bluesky"
    sentiment: str = "lexicon"

    def __post_init__(self) -> None:
        if self.source not in ("bluesky", "x"):
            raise StageConfigError("crowd.source", "bluesky or x", self.source)
        if self.sentiment not in ("lexicon", "comprehend"):
            raise StageConfigError("crowd.sentiment", "lexicon or comprehend", self.sentiment)


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
    crowd: CrowdConfig = field(default_factory=CrowdConfig)
    experiment: ExperimentConfig = field(default_factory=ExperimentConfig)
    media: MediaConfig = field(default_factory=MediaConfig)
    token_issuer: TokenIssuer | None = None
    alarm_email: str | None = None

    def __post_init__(self) -> None:
        if self.log_retention_days not in LOG_RETENTION_DAYS:
            expected = "one of " + ", ".join(map(str, LOG_RETENTION_DAYS))
            raise StageConfigError("log_retention_days", expected, self.log_retention_days)
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
                match_transactions_per_second=100, training_schedule="cron(0 4 ? * MON *)"
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
            media=MediaConfig(
                frame_interval_seconds=1,
                audio_segment_seconds=15,
                scoreboard_every_seconds=2,
                scene_every_seconds=10,
                people_every_seconds=10,
                speech_every_seconds=15,
            ),
            monthly_budget_usd=20_000,
            personalize=PersonalizeConfig(
                resting_transactions_per_second=2,
                match_transactions_per_second=250,
                training_schedule="cron(0 4 * * ? *)",
            ),
            flink=FlinkConfig(parallelism=4, autoscaling=True, snapshots=True),
            experiment=ExperimentConfig(holdout_share=0.05, trial_share=0.02),
        )


def stage_config(name: str) -> StageConfig:
    """The configuration of the stage of that name."""
    stages = {"development": StageConfig.development, "production": StageConfig.production}
    if name not in stages:
        raise StageConfigError("stage", "one of " + ", ".join(stages), name)
    return stages[name]()
