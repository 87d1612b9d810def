"""The application's package and the mini-cluster's environment, made once."""

from pathlib import Path

import pytest

from local.twin.services.kinesisanalytics.flink_install import install
from paths import CACHE, ROOT
from stacks.constructs.flink_package import flink_package


@pytest.fixture(scope="session")
def package() -> Path:
    install()
    return flink_package(CACHE, ROOT)
