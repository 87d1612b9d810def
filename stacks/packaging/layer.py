"""Builds the Lambda layer: third-party wheels for the platform of Lambda, installed by pip without Docker.

The layer is built once per version of the requirements and kept in `.cache/`, so that a synthesis needs no
network. `python -m stacks.packaging.layer` builds it.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from paths import ROOT
from stacks.runtime import PYTHON_VERSION

REQUIREMENTS = ROOT / "stacks" / "layer-requirements.txt"
PLATFORM = "manylinux2014_aarch64"
"""Lambda runs Python 3.11 on Amazon Linux 2, whose glibc is 2.26."""


def layer_fingerprint(requirements: Path = REQUIREMENTS) -> str:
    """Return a hash of the pinned requirements, the platform and the Python version."""
    content = f"{PLATFORM} {PYTHON_VERSION}\n{requirements.read_text()}"
    return hashlib.sha256(content.encode()).hexdigest()


def layer_directory(cache: Path, requirements: Path = REQUIREMENTS) -> Path:
    """Return the folder of the layer; build it if these requirements have not been built before."""
    target = cache / f"layer-{layer_fingerprint(requirements)[:16]}"
    if not target.is_dir():
        unfinished = target.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _install(requirements, unfinished / "python")
        unfinished.rename(target)
    return target


def _install(requirements: Path, target: Path) -> None:
    subprocess.run(  # noqa: S603  (no shell, and no external input)
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-compile", "--require-hashes", "--only-binary", ":all:"),
            *("--implementation", "cp", "--python-version", PYTHON_VERSION, "--platform", PLATFORM),
            *("--requirement", str(requirements), "--target", str(target)),
        ],
        check=True,
    )


if __name__ == "__main__":
    sys.stdout.write(f"{layer_directory(Path('.cache'))}\n")
