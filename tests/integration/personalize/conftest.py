"""Fixtures: an empty Personalize for each test, and a trained campaign for the tests that only read."""

from collections.abc import Iterator

import pytest

from tests.integration.personalize.trained import Trained
from tests.support.personalize_twin import PersonalizeTwin, running_personalize


@pytest.fixture
def twin() -> Iterator[PersonalizeTwin]:
    with running_personalize() as running:
        yield running


@pytest.fixture(scope="module")
def trained() -> Iterator[Trained]:
    with running_personalize(campaign_tps=100_000) as twin:
        group = twin.loaded_group("shared")
        version = twin.version(twin.solution(group, "shared"))
        assert version["status"] == "ACTIVE", version
        campaign = twin.campaign(
            "shared",
            version["solutionVersionArn"],
            itemExplorationConfig={"explorationWeight": "0", "explorationItemAgeCutOff": "30"},
            enableMetadataWithRecommendations=True,
        )
        yield Trained(twin=twin, group=group, campaign=campaign)
