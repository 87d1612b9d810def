"""Fixtures: an empty Personalize for each test, and a trained campaign for the tests that only read."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.personalize_twin import PersonalizeTwin, running_personalize


@pytest.fixture
def twin() -> Iterator[PersonalizeTwin]:
    with running_personalize() as running:
        yield running


@dataclass(kw_only=True)
class Trained:
    """A dataset group with a trained campaign that does not explore."""

    twin: PersonalizeTwin
    group: str
    campaign: str


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
