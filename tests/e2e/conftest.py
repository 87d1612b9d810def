"""One twin for every end-to-end test: the system as it is deployed, used from the outside alone."""

from collections.abc import Iterator

import pytest

from local.play.replay.preparing import publish_catalogue
from local.twin.twin import Twin
from tests.e2e.stage import Stage


@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    with Twin.start() as twin:
        publish_catalogue(twin)
        yield Stage(twin)
