"""One twin for all end-to-end tests: the system as deployed, used only from the outside."""

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
