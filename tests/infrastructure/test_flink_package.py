"""The Flink package has the layout that Managed Flink documents, and the run options name its parts."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from paths import CACHE, ROOT
from stacks.packaging.flink_package import RUN_OPTIONS, flink_package


@pytest.fixture(scope="module")
def package() -> Path:
    return flink_package(CACHE, ROOT)


def test_the_parts_that_the_run_options_name_exist(package: Path) -> None:
    assert (package / RUN_OPTIONS["python"]).is_file()
    assert zipfile.is_zipfile(package / RUN_OPTIONS["jarfile"])
    assert (package / RUN_OPTIONS["pyFiles"]).is_dir()


def test_the_jar_has_the_connector_and_its_dependencies_without_signatures_and_without_flink(
    package: Path,
) -> None:
    names = set(zipfile.ZipFile(package / RUN_OPTIONS["jarfile"]).namelist())
    assert "org/apache/flink/streaming/connectors/kinesis/FlinkKinesisConsumer.class" in names
    assert "com/google/common/collect/ImmutableList.class" in names
    assert not [name for name in names if name.endswith((".SF", ".DSA", ".RSA"))]
    assert "org/apache/flink/streaming/api/environment/StreamExecutionEnvironment.class" not in names
    assert not [name for name in names if "native-binaries" in name]


def test_the_code_in_the_package_is_that_of_the_repository(package: Path) -> None:
    for name in ("domain", "flink_app"):
        packaged = package / "dep" / name
        expected = {path.relative_to(ROOT / name) for path in (ROOT / name).rglob("*.py")}
        found = {path.relative_to(packaged) for path in packaged.rglob("*") if path.is_file()}
        # The asset excludes the bytecode that a local run of the package leaves.
        assert {path for path in found if path.parent.name != "__pycache__"} == expected
    assert (package / "dep/flink_app/main.py").read_text() == (package / "main.py").read_text()


def test_the_libraries_run_without_the_installed_packages(package: Path) -> None:
    """An interpreter with the package alone creates both clients and imports what needs no Flink."""
    script = """
import boto3
for service in ("sns", "sqs"):
    boto3.client(service, region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
import flink_app.engine_cache, flink_app.publishing, flink_app.records, flink_app.settings
"""
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.append({str(package / 'dep')!r}){script}",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_unchanged_code_gives_the_same_package(package: Path) -> None:
    assert flink_package(CACHE, ROOT) == package


def test_the_example_properties_name_the_packages_parts() -> None:
    groups = json.loads((ROOT / "flink_app" / "application_properties.json").read_text())
    options = {group["PropertyGroupId"]: group["PropertyMap"] for group in groups}
    assert options["kinesis.analytics.flink.run.options"] == RUN_OPTIONS
