"""Configuration of Amazon Personalize: recipe, campaign, training and existing datasets."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from domain.recommendation_mode import RecommendationMode
from stacks.errors import StageConfigError

CONTEXT_RECIPES = ("aws-user-personalization", "aws-user-personalization-v2")
EXPLORATION_RECIPE = "aws-user-personalization"
MAX_TRANSACTIONS_PER_SECOND = 500
"""The quota of one campaign."""
MAX_ALARM_DAYS = 7
"""CloudWatch evaluates at most seven days.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""
DATASET_GROUP_ARN = re.compile(r"arn:aws[a-z-]*:personalize:[a-z0-9-]+:\d{12}:dataset-group/[\w-]{1,63}")


class Publication(StrEnum):
    """Which solution version the campaign serves.

    COMPARED: the training state machine publishes a new version unless its offline metrics are worse than
    those of the version in service. FOLLOWING: Personalize deploys every new version by itself.
    """

    COMPARED = "compared"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedDatasets:
    """An existing dataset group, to use in place of a new one."""

    dataset_group_arn: str
    tracking_id: str | None = None
    """The tracking id of the group's event tracker; None creates a tracker."""

    def __post_init__(self) -> None:
        if not DATASET_GROUP_ARN.fullmatch(self.dataset_group_arn):
            raise StageConfigError(
                "personalize.adopted.dataset_group_arn",
                "arn:aws:personalize:REGION:ACCOUNT:dataset-group/NAME",
                self.dataset_group_arn,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """How often the campaign recommends items with few interactions; for User-Personalization (v1) only."""

    weight: float = 0.3
    """From 0, no exploration, to 1."""
    item_age_cut_off_days: int = 30
    """Items older than this many days are not explored."""

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise StageConfigError("personalize.exploration.weight", "a number from 0 to 1", self.weight)
        if self.item_age_cut_off_days < 1:
            raise StageConfigError(
                "personalize.exploration.item_age_cut_off_days", "at least 1 day", self.item_age_cut_off_days
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalizeConfig:
    """The recipe, the campaign's provisioned rate and the training schedule."""

    recipe: str = EXPLORATION_RECIPE
    exploration: Exploration | None = field(default_factory=Exploration)
    mode: RecommendationMode = RecommendationMode.COHORT
    publication: Publication = Publication.COMPARED
    adopted: AdoptedDatasets | None = None
    resting_transactions_per_second: int = 1
    """The campaign's minimum provisioned rate between matches."""
    match_transactions_per_second: int
    """The campaign's minimum provisioned rate during matches."""
    training_schedule: str
    """An EventBridge schedule expression, in UTC."""
    max_days_without_training: int | None = None
    """Days without a published training after which an alarm is raised; None raises none."""

    def __post_init__(self) -> None:
        if self.recipe not in CONTEXT_RECIPES:
            raise StageConfigError("personalize.recipe", "one of " + ", ".join(CONTEXT_RECIPES), self.recipe)
        if self.exploration is not None and self.recipe != EXPLORATION_RECIPE:
            raise StageConfigError(
                "personalize.exploration",
                f"None with the recipe {self.recipe}, because only {EXPLORATION_RECIPE} supports exploration",
                self.exploration,
            )
        days = self.max_days_without_training
        if days is not None and not 1 <= days <= MAX_ALARM_DAYS:
            raise StageConfigError(
                "personalize.max_days_without_training", f"from 1 to {MAX_ALARM_DAYS}, or None", days
            )
        resting, match = self.resting_transactions_per_second, self.match_transactions_per_second
        if not resting <= match <= MAX_TRANSACTIONS_PER_SECOND:
            raise StageConfigError(
                "personalize.match_transactions_per_second",
                f"from resting_transactions_per_second ({resting}) to {MAX_TRANSACTIONS_PER_SECOND},"
                " the quota of one campaign",
                match,
            )
