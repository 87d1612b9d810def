"""Builds the Lambda layer: third-party wheels for the platform of Lambda, installed by pip without Docker.

The layer is built once per version of the requirements and kept in `.cache/`, so that a synthesis needs no
network. `python -m stacks.packaging.layer` builds it.
"""

import subprocess
import sys
from pathlib import Path

from paths import ROOT
from stacks.packaging.bytecode import compile_modules
from stacks.packaging.folders import atomic_folder, fingerprint
from stacks.runtime import PYTHON_VERSION

REQUIREMENTS = ROOT / "stacks" / "layer-requirements.txt"
PLATFORM = "manylinux2014_aarch64"
"""Lambda runs Python 3.11 on Amazon Linux 2, whose glibc is 2.26."""
FORM = "with compiled modules"
"""Part of the fingerprint: a layer of another form is built anew."""


def layer_fingerprint(requirements: Path = REQUIREMENTS) -> str:
    """Return a hash of the pinned requirements, the platform, the Python version and the form."""
    return fingerprint(PLATFORM, PYTHON_VERSION, FORM, requirements.read_text())


def layer_directory(cache: Path, requirements: Path = REQUIREMENTS) -> Path:
    """Return the folder of the layer; build it if these requirements have not been built before."""
    target = cache / f"layer-{layer_fingerprint(requirements)[:16]}"
    if not target.is_dir():
        with atomic_folder(target) as layer:
            _install(requirements, layer / "python")
            compile_modules(layer / "python")
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
