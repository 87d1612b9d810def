"""Exploration: how often items with few impressions come first."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.deployed_model import DeployedModel
from local.twin.services.personalize.model.trained import PopularityModel, Scores
from local.twin.services.personalize.recipes import RECIPES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SCORES = Scores(items=["known", "cold"], values=np.array([1.0, -1.0]))


def share_of_cold_items(config: Mapping[str, Any], *, age_days: float = 1) -> float:
    created = int((NOW - timedelta(days=age_days)).timestamp())
    deployed = DeployedModel(
        solution_version_arn="version",
        dataset_group_arn="group",
        recipe=RECIPES[0],
        model=PopularityModel(["known", "cold"], np.zeros(2), np.array([100_000.0, 0.0])),
        data=GroupData(items={"cold": {"CREATION_TIMESTAMP": created}}),
        config={"itemExplorationConfig": config},
    )
    rng = np.random.default_rng(1)
    first = [int(np.argmax(deployed.explore(SCORES, NOW, rng))) for _ in range(500)]
    return sum(first) / len(first)


def test_weight_zero_does_not_explore() -> None:
    assert share_of_cold_items({"explorationWeight": "0"}) == 0


def test_a_higher_weight_explores_more() -> None:
    shares = [share_of_cold_items({"explorationWeight": weight}) for weight in ("0.1", "0.3", "1")]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] > 0.5


def test_items_older_than_the_cut_off_are_not_explored() -> None:
    config = {"explorationWeight": "1", "explorationItemAgeCutOff": "30"}
    assert share_of_cold_items(config, age_days=31) == 0
    assert share_of_cold_items(config, age_days=29) > 0


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if not recipe.explores])
def test_other_recipes_do_not_explore(recipe: Any) -> None:
    deployed = DeployedModel(
        solution_version_arn="version",
        dataset_group_arn="group",
        recipe=recipe,
        model=PopularityModel(["known", "cold"], np.zeros(2), np.zeros(2)),
        data=GroupData(),
    )
    assert deployed.exploration_weight == 0
