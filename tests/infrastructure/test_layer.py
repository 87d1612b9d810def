"""The Lambda layer has the tested versions and is built once."""

import re
import subprocess
from pathlib import Path

import pytest

from paths import ROOT
from stacks.packaging.layer import REQUIREMENTS, layer_directory, layer_fingerprint

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return dict(PIN.findall(path.read_text()))


def test_the_layer_has_the_tested_versions() -> None:
    tested = pins(ROOT / "requirements.txt")
    deployed = pins(REQUIREMENTS)
    assert {"aws-lambda-powertools", "awscrt", "pyjwt", "cryptography"} <= set(deployed)
    assert deployed.items() <= tested.items()


def test_the_layer_excludes_packages_of_the_lambda_runtime() -> None:
    assert not {"boto3", "botocore"} & set(pins(REQUIREMENTS))


def test_a_built_layer_is_not_built_again(tmp_path: Path) -> None:
    # GIVEN a layer in the cache, of requirements that pip rejects
    impossible = tmp_path / "requirements.txt"
    impossible.write_text("no hashes here\n")
    built = tmp_path / f"layer-{layer_fingerprint(impossible)[:16]}"
    built.mkdir()
    # WHEN the layer is requested, THEN it is the built one
    assert layer_directory(tmp_path, impossible) == built


def test_other_requirements_give_another_layer(tmp_path: Path) -> None:
    other = tmp_path / "requirements.txt"
    other.write_text("awscrt==0.0.1\n")
    assert layer_fingerprint(other) != layer_fingerprint()


def test_a_failed_build_leaves_no_layer(tmp_path: Path) -> None:
    # GIVEN requirements without hashes, which pip rejects
    impossible = tmp_path / "requirements.txt"
    impossible.write_text("no hashes here\n")
    with pytest.raises(subprocess.CalledProcessError):
        layer_directory(tmp_path / "cache", impossible)
    assert not [path for path in (tmp_path / "cache").glob("layer-*") if path.suffix != ".unfinished"]
