"""Configuration of Amazon Personalize: recipe, campaign, training and existing datasets."""

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Annotated

from domain.capacity_window import MAX_TRANSACTIONS_PER_SECOND
from domain.interaction import LEARNED
from domain.recommendation_mode import RecommendationMode
from domain.registry import CONTEXT_REGISTRY
from stacks.config.checks import Matches, OneOf, Positive, Within, check_fields
from stacks.config.datasets import DatasetSettings
from stacks.config.fingerprint import fingerprint
from stacks.config.solution import CONTEXT_RECIPES, SolutionSettings
from stacks.dataset_schemas import ADDED_COLUMNS
from stacks.errors import StageConfigError
from stacks.training.import_mode import ImportMode

EXPLORATION_RECIPE = "aws-user-personalization"
MAX_ALARM_DAYS = 7
"""CloudWatch evaluates at most seven days.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""
DatasetGroupArn = Annotated[
    str,
    Matches(
        r"arn:aws[a-z-]*:personalize:[a-z0-9-]+:\d{12}:dataset-group/[\w-]{1,63}",
        "arn:aws:personalize:REGION:ACCOUNT:dataset-group/NAME",
    ),
]
TrackingId = Annotated[str, Matches(r"[\w-]{1,256}", "the id of an event tracker")]
ScheduleExpression = Annotated[
    str,
    Matches(
        r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)"
        r"|cron\(([\dA-Z*,/-]+ ){2}(\? [\dA-Z*,/-]+ [\dA-Z*,/#-]+|[\dA-Z*,/-]+ [\dA-Z*,/-]+ \?) [\d*,/-]+\)",
        "a schedule such as rate(1 day) or cron(0 4 * * ? *), with ? for the day of the month or of the week",
    ),
]
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""


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

    dataset_group_arn: DatasetGroupArn
    tracking_id: TrackingId | None = None
    """The tracking id of the group's event tracker; None creates a tracker."""
    creates_metric_attribution: bool = False
    """True creates the metric attribution; False keeps the group's own, because a group has one at most."""
    full_import_replaces_history: bool = False
    """True allows full imports, which delete all bulk data that the group had before."""

    def __post_init__(self) -> None:
        check_fields(self, "personalize.adopted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """How often the campaign recommends items with few interactions; for User-Personalization (v1) only."""

    weight: Annotated[float, Within(0, 1)] = 0.3
    """From 0, no exploration, to 1."""
    item_age_cut_off_days: Positive = 30
    """Items older than this many days are not explored."""

    @property
    def settings(self) -> dict[str, str]:
        """The settings as Personalize has them."""
        return {
            "explorationWeight": str(self.weight),
            "explorationItemAgeCutOff": str(self.item_age_cut_off_days),
        }

    def __post_init__(self) -> None:
        check_fields(self, "personalize.exploration")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalizeConfig:
    """The recipe, the campaign's provisioned rate and the training schedule."""

    recipe: Annotated[str, OneOf(CONTEXT_RECIPES)] = EXPLORATION_RECIPE
    exploration: Exploration | None = field(default_factory=Exploration)
    mode: RecommendationMode = RecommendationMode.COHORT
    publication: Publication = Publication.COMPARED
    adopted: AdoptedDatasets | None = None
    datasets: DatasetSettings = field(default_factory=DatasetSettings)
    """The dataset group that serves viewers."""
    next_datasets: DatasetSettings | None = None
    """Another group, which trainings fill until it can serve; None: they fill the one that serves."""
    replaced_solution: SolutionSettings | None = None
    """An older solution to keep until the campaign serves a version of the present one."""
    resting_transactions_per_second: Positive = 1
    """The campaign's minimum provisioned rate between matches."""
    match_transactions_per_second: Positive
    """The campaign's minimum provisioned rate during matches."""
    event_calls_per_second: Positive = 1_000
    """PutEvents calls a second that the stage may make: the dataset group's quota, or a part of it."""
    training_schedule: ScheduleExpression
    """An EventBridge schedule expression, in UTC."""
    import_mode: ImportMode | None = None
    """How scheduled trainings and those after an upload import; None: FULL, or NONE into an adopted group."""
    full_import_days: Positive = 365
    """Days of the clickstream that a full import reads."""
    max_days_without_training: Annotated[int, Within(1, MAX_ALARM_DAYS)] | None = None
    """Days without a published training after which an alarm is raised; None raises none."""

    def __post_init__(self) -> None:
        check_fields(self, "personalize")
        if self.exploration is not None and self.recipe != EXPLORATION_RECIPE:
            raise StageConfigError(
                "personalize.exploration",
                f"None with the recipe {self.recipe}, because only {EXPLORATION_RECIPE} supports exploration",
                self.exploration,
            )
        self._check_datasets()
        if self.replaced_solution == self.solution:
            raise StageConfigError(
                "personalize.replaced_solution",
                "other settings than the present solution's, or None",
                self.replaced_solution,
            )
        if self.default_import_mode is ImportMode.FULL and not self.allows_full_imports:
            raise StageConfigError(
                "personalize.import_mode",
                "INCREMENTAL or NONE, unless adopted.full_import_replaces_history is True",
                self.import_mode,
            )
        resting, match = self.resting_transactions_per_second, self.match_transactions_per_second
        if not resting <= match <= MAX_TRANSACTIONS_PER_SECOND:
            raise StageConfigError(
                "personalize.match_transactions_per_second",
                f"from resting_transactions_per_second ({resting}) to {MAX_TRANSACTIONS_PER_SECOND},"
                " the quota of one campaign",
                match,
            )

    def _check_datasets(self) -> None:
        if self.adopted and self.next_datasets:
            raise StageConfigError(
                "personalize.next_datasets", "None with an adopted group", self.next_datasets
            )
        trained = (self.next_datasets or self.datasets).columns
        if trained != CONTEXT_REGISTRY.names:
            expected = (
                f"DatasetSettings(columns={CONTEXT_REGISTRY.names}), because no dataset gets new columns"
            )
            raise StageConfigError("personalize.next_datasets", expected, trained)

    @property
    def group_fingerprint(self) -> str:
        """Empty for the group that every stage began with, else a hash of what fixes the group in use.

        An adopted group is another one, and CloudFormation moves no solution, tracker or attribution to it.
        """
        if self.adopted is None:
            return self.datasets.fingerprint
        return fingerprint({"adopted": self.adopted.dataset_group_arn, **asdict(self.datasets)}, first={})

    @property
    def context_environment(self) -> dict[str, str]:
        """The variable of functions whose dataset group knows other columns than the context has."""
        if self.datasets.columns == CONTEXT_REGISTRY.names:
            return {}
        return {"CONTEXT_COLUMNS": " ".join(self.datasets.columns)}

    @property
    def trained(self) -> "PersonalizeConfig":
        """The same with the dataset group that trainings fill."""
        return replace(self, datasets=self.next_datasets or self.datasets, next_datasets=None)

    @property
    def solution(self) -> SolutionSettings:
        """What fixes the solution that trainings use."""
        return SolutionSettings(
            recipe=self.recipe,
            event_type=LEARNED.value,
            added_columns=tuple(
                f"{dataset}.{column}" for dataset, columns in ADDED_COLUMNS.items() for column in columns
            ),
        )

    @property
    def default_import_mode(self) -> ImportMode:
        """The mode of an execution whose input has none."""
        return self.import_mode or (ImportMode.NONE if self.adopted else ImportMode.FULL)

    @property
    def allows_full_imports(self) -> bool:
        """True if a full import replaces only what this stage imported, or the stage says that it may."""
        return self.adopted is None or self.adopted.full_import_replaces_history

    @property
    def owns_metric_attribution(self) -> bool:
        """True if the stage creates the metric attribution of its dataset group."""
        return self.adopted is None or self.adopted.creates_metric_attribution
