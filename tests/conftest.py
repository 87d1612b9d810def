"""What every test runs under."""

import pytest
from hypothesis import settings

# How long an example takes tells of the machine, not of the code.
settings.register_profile("touchline", deadline=None)
settings.load_profile("touchline")

SHARING = frozenset({"infrastructure", "integration"})
"""Folders whose tests share templates or a twin with the others of their package."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share what is slow to create in one process, where several run tests."""
    for item in items:
        is_shared = not SHARING.isdisjoint(item.path.parts)
        item.add_marker(pytest.mark.xdist_group(str(item.path.parent if is_shared else item.path)))
