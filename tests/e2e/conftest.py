"""One twin for every end-to-end test: the system as it is deployed, used from the outside alone."""

from collections.abc import Iterator

import pytest

from local.play.replay.catalogue import publish_catalogue
from local.twin.twin import Twin
from tests.e2e.rig import Rig


@pytest.fixture(scope="package")
def rig() -> Iterator[Rig]:
    with Twin.start() as twin:
        publish_catalogue(twin)
        yield Rig(twin)
