"""The model that a campaign serves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.model.examples import Floats
from local.twin.services.personalize.model.trained import Scores, TrainedModel
from local.twin.services.personalize.recipes import Recipe

DEFAULT_EXPLORATION_WEIGHT = 0.3
DEFAULT_AGE_CUT_OFF_DAYS = 30.0
EXPLORATION_SPREAD = 6.0
SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedModel:
    """A trained model with the recipe and configuration of its campaign."""

    solution_version_arn: str
    dataset_group_arn: str
    recipe: Recipe
    model: TrainedModel
    data: GroupData
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exploration_weight(self) -> float:
        """From 0, no exploration of items with few interactions, to 1."""
        if not self.recipe.explores:
            return 0.0
        settings = self.config.get("itemExplorationConfig", {})
        return float(settings.get("explorationWeight", DEFAULT_EXPLORATION_WEIGHT))

    @property
    def age_cut_off_days(self) -> float:
        """The age above which items are not explored."""
        settings = self.config.get("itemExplorationConfig", {})
        return float(settings.get("explorationItemAgeCutOff", DEFAULT_AGE_CUT_OFF_DAYS))

    def explore(self, scores: Scores, now: datetime, rng: np.random.Generator) -> Floats:
        """Return the scores with a random bonus, which is larger for items that were shown less often."""
        weight = self.exploration_weight
        if weight == 0:
            return scores.values
        shown = self.model.shown_counts()
        spread = EXPLORATION_SPREAD * weight / np.sqrt(1.0 + shown / 10.0)
        spread = np.where(self._too_old(scores, now), 0.0, spread)
        explored: Floats = scores.values + np.abs(rng.standard_normal(len(spread))) * spread
        return explored

    def _too_old(self, scores: Scores, now: datetime) -> Any:
        oldest = now.timestamp() - self.age_cut_off_days * SECONDS_PER_DAY
        created = [self.data.items.get(item, {}).get("CREATION_TIMESTAMP") or np.inf for item in scores.items]
        return np.array(created) < oldest
