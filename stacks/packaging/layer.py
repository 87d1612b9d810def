"""The layer of third-party code: wheels for Lambda's own platform, unpacked by pip, without Docker.

The folder is built once per list of requirements and kept under `.cache/`: a synthesis needs no network.
`python -m stacks.packaging.layer` builds it.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from paths import ROOT

REQUIREMENTS = ROOT / "stacks" / "layer-requirements.txt"
PYTHON_VERSION = "3.11"
PLATFORM = "manylinux2014_aarch64"  # Lambda's Python 3.11 runs on Amazon Linux 2, whose glibc is 2.26


def layer_fingerprint(requirements: Path = REQUIREMENTS) -> str:
    """What the layer is made of, as a hash: the pinned requirements, the platform and the Python version."""
    content = f"{PLATFORM} {PYTHON_VERSION}\n{requirements.read_text()}"
    return hashlib.sha256(content.encode()).hexdigest()


def layer_directory(cache: Path, requirements: Path = REQUIREMENTS) -> Path:
    """The unpacked layer, built now if this list of requirements has not been built before."""
    target = cache / f"layer-{layer_fingerprint(requirements)[:16]}"
    if not target.is_dir():
        unfinished = target.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _install(requirements, unfinished / "python")
        unfinished.rename(target)
    return target


def _install(requirements: Path, target: Path) -> None:
    subprocess.run(  # noqa: S603  (no shell, and no argument comes from outside the repository)
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
