"""One twin for all tests of this folder: the system as deployed with delivery mode `broadcast`."""

from collections.abc import Iterator

import pytest

from domain.delivery_mode import DeliveryMode
from local.play.replay.catalogue import publish_catalogue
from local.twin.provision.synthesis import ensure_assembly
from local.twin.twin import Twin
from tests.e2e.channels.fake_campaign import FakeCampaign
from tests.e2e.rig import Rig


@pytest.fixture(scope="package")
def stage() -> Iterator[Rig]:
    with Twin.start(ensure_assembly(DeliveryMode.BROADCAST)) as twin:
        publish_catalogue(twin)
        twin.replace_service("personalize", FakeCampaign())
        yield Rig(twin)
