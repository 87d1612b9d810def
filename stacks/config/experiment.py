"""Configuration of the experiment that measures the recommender."""

from dataclasses import dataclass
from typing import Annotated

from stacks.config.checks import Matches, Within, check_fields

Season = Annotated[str, Matches(r"[\w-]{1,64}", "1 to 64 letters, digits, hyphens and underscores")]
Share = Annotated[float, Within(0, 0.5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentConfig:
    """The sizes of the holdout group and of the trials, as shares from 0 to 0.5."""

    season: Season = "2026"
    """The seed of the assignment: a new season assigns viewers to the holdout group anew."""
    holdout_share: Share = 0.0
    """The share of viewers who get placements without the recommender."""
    trial_share: Share = 0.0
    """The share of placements in which a slot tries another component."""

    def __post_init__(self) -> None:
        check_fields(self, "experiment")

    @property
    def holdout_environment(self) -> dict[str, str]:
        """The variables of a function that assigns viewers to the holdout group."""
        return {
            "EXPERIMENT_SEASON": self.season,
            "EXPERIMENT_HOLDOUT_SHARE": str(self.holdout_share),
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a function that chooses components."""
        return {**self.holdout_environment, "EXPERIMENT_TRIAL_SHARE": str(self.trial_share)}
