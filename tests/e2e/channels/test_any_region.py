"""Credentials of any region reach the Event API of a stage that broadcasts."""

import pytest

from tests.e2e.any_region import OTHER_REGIONS, answers
from tests.e2e.rig import Rig

pytestmark = pytest.mark.twin


def test_clients_of_any_region_get_the_same_answers(stage: Rig) -> None:
    own, *others = answers(stage.twin, "appsync", (stage.twin.region, *OTHER_REGIONS))
    assert others == [own, own]
