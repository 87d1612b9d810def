"""The layer is what was tested, built once, and needs no network after that."""

import re
import subprocess
from pathlib import Path

import pytest

import app as composition
from stacks.packaging.layer import REQUIREMENTS, layer_directory, layer_fingerprint

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return dict(PIN.findall(path.read_text()))


def test_the_layer_holds_the_versions_that_the_tests_ran_with() -> None:
    tested = pins(composition.ROOT / "requirements.txt")
    deployed = pins(REQUIREMENTS)
    assert {"aws-lambda-powertools", "awscrt", "pyjwt", "cryptography"} <= set(deployed)
    assert deployed.items() <= tested.items()


def test_the_runtime_s_own_packages_stay_out_of_the_layer() -> None:
    assert not {"boto3", "botocore"} & set(pins(REQUIREMENTS))


def test_a_layer_that_was_built_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a layer in the cache, and no pip
    built = tmp_path / f"layer-{layer_fingerprint()[:16]}"
    built.mkdir()
    monkeypatch.setattr(subprocess, "run", None)
    # WHEN it is asked for, THEN it is there
    assert layer_directory(tmp_path) == built


def test_other_requirements_are_another_layer(tmp_path: Path) -> None:
    other = tmp_path / "requirements.txt"
    other.write_text("awscrt==0.0.1\n")
    assert layer_fingerprint(other) != layer_fingerprint()


def test_a_layer_that_could_not_be_built_leaves_nothing_that_looks_built(tmp_path: Path) -> None:
    # GIVEN requirements that no index can serve
    impossible = tmp_path / "requirements.txt"
    impossible.write_text("no hashes here\n")
    with pytest.raises(subprocess.CalledProcessError):
        layer_directory(tmp_path / "cache", impossible)
    assert not [path for path in (tmp_path / "cache").glob("layer-*") if path.suffix != ".unfinished"]
