"""One twin for all end-to-end tests: the system as deployed, used only from the outside."""

from collections.abc import Iterator

import pytest

from local.play.replay.catalogue import publish_catalogue
from local.twin.twin import Twin
from tests.e2e.rig import Rig
from tests.e2e.whole_suite import COLLECTED, FOLDER, LAST, REPORT


@pytest.fixture(scope="package")
def rig() -> Iterator[Rig]:
    with Twin.start() as twin:
        publish_catalogue(twin)
        yield Rig(twin)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the report after the other tests of this folder, and remember which there are."""
    below = [item for item in items if item.path.is_relative_to(FOLDER)]
    config.stash[COLLECTED] = frozenset(item.nodeid for item in below)
    ours = [item for item in below if item.path.parent == FOLDER]
    if not ours:
        return
    start = items.index(ours[0])
    items[:] = [item for item in items if item.path.parent != FOLDER]
    items[start:start] = sorted(ours, key=lambda item: item.path == LAST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the report."""
    if lines := config.stash.get(REPORT, []):
        terminalreporter.section("grants that no end-to-end test needs")
        for line in lines:
            terminalreporter.line(line)
