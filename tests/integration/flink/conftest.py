"""The application's package and the mini-cluster's environment, made once."""

from pathlib import Path

import pytest

from local.flink_install import install
from stacks.constructs.flink_package import flink_package

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def package() -> Path:
    install()
    return flink_package(ROOT / ".cache", ROOT)
