"""The application's package as Managed Flink receives it, and the environment of the mini-cluster."""

import shutil
from pathlib import Path

import pytest

from local.twin.services.kinesisanalytics.flink_install import install
from paths import CACHE, ROOT
from stacks.packaging.flink_package import flink_package


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the service makes of the package's zip file."""
    install()
    folder = tmp_path_factory.mktemp("package")
    archive = shutil.make_archive(str(folder / "code"), "zip", flink_package(CACHE, ROOT))
    shutil.unpack_archive(archive, folder / "unpacked")
    return folder / "unpacked"
