"""Finds the third-party packages in an asset by what their own tools leave beside them."""

import io
import json
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import version
from pathlib import Path

from paths import CLIENT
from supply_chain.deployed_assets import DeployedAsset

_WHEEL = re.compile(r"(?:.*/)?[^/]+\.dist-info/METADATA")
_REQUIREMENTS = re.compile(r"(?:.*/)?requirements\.txt")
_MAVEN = re.compile(r"META-INF/maven/[^/]+/[^/]+/pom\.properties")
_NOTICE = "META-INF/NOTICE"
_BUNDLED = re.compile(r"^- ([\w.-]+:[\w.-]+):([\w.-]+)\s*$", re.MULTILINE)
"""How projects of Apache name what is packed into their jars, whose own descriptors are left out."""
_OWN_POM = "META-INF/maven/touchline/pyflink-dependencies/pom.xml"
_POM = {"m": "http://maven.apache.org/POM/4.0.0"}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_PAGE = "index.html"
"""At the top of the client's builds: the viewers' app and the control room."""
_OWN_PACKAGES = ("domain/", "lambdas/", "glue_jobs/", "flink_app/", "crowd_source/")
_CDK = "aws-cdk-lib"


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """One version of a package of PyPI, npm or Maven Central; Maven's names are `group:artifact`."""

    ecosystem: str
    name: str
    version: str

    @property
    def url(self) -> str:
        """The package URL (https://github.com/package-url/purl-spec)."""
        name = self.name.replace(":", "/").replace("@", "%40")
        return f"pkg:{self.ecosystem}/{name}@{self.version}"


def third_party_packages(asset: DeployedAsset) -> list[Package]:
    """Return the packages that an asset contains, or installs where it runs; sorted, each once."""
    names = list(_names(asset.path))
    found = set(_described_by_files(asset.path))
    if _PAGE in names:
        found.update(_bundled_by_the_client())
    if not found and _is_of_the_cdk(names):
        found.add(Package("pypi", _CDK, version(_CDK)))
    return sorted(found)


def _described_by_files(path: Path) -> Iterator[Package]:
    for name, content in _files(path):
        if _WHEEL.fullmatch(name):
            metadata = HeaderParser().parsestr(content.decode())
            yield Package("pypi", _canonical(metadata["Name"]), metadata["Version"])
        elif _REQUIREMENTS.fullmatch(name):
            for pin in _PIN.finditer(content.decode()):
                yield Package("pypi", _canonical(pin[1]), pin[2])
        elif name.endswith(".jar"):
            yield from _of_jar(content)


def _of_jar(content: bytes) -> Iterator[Package]:
    with zipfile.ZipFile(io.BytesIO(content)) as jar:
        for name in jar.namelist():
            if name == _OWN_POM:
                yield from _declared(jar.read(name))
            elif name == _NOTICE:
                for bundled in _BUNDLED.finditer(jar.read(name).decode(errors="replace")):
                    yield Package("maven", bundled[1], bundled[2])
            elif _MAVEN.fullmatch(name) and not name.startswith(_OWN_POM.rpartition("/")[0]):
                lines = jar.read(name).decode().splitlines()
                value = dict(line.split("=", 1) for line in lines if "=" in line)
                yield Package("maven", f"{value['groupId']}:{value['artifactId']}", value["version"])


def _declared(pom: bytes) -> Iterator[Package]:
    """Yield what our own jar is built from."""
    for dependency in ElementTree.fromstring(pom).iterfind(".//m:dependency", _POM):  # noqa: S314  (our own file)
        group, artifact, release = (
            dependency.findtext(f"m:{field}", "", _POM) for field in ("groupId", "artifactId", "version")
        )
        yield Package("maven", f"{group}:{artifact}", release)


def _bundled_by_the_client() -> Iterator[Package]:
    """Yield the production dependencies in the client's lock file, from which both pages are built.

    The lock does not say which page imports which, so each lists all of them.
    """
    lock = json.loads((CLIENT / "package-lock.json").read_text())
    for path, entry in lock["packages"].items():
        _, found, name = path.rpartition("node_modules/")
        if found and "version" in entry and not entry.get("dev"):
            yield Package("npm", name, entry["version"])


def _is_of_the_cdk(names: list[str]) -> bool:
    """True if the asset is a function that the CDK brings: code at the top, and none of our packages."""
    code = any("/" not in name and name.endswith((".js", ".py")) for name in names)
    return code and len(names) > 0 and not any(name.startswith(_OWN_PACKAGES) for name in names)


def _names(path: Path) -> Iterator[str]:
    if path.is_dir():
        yield from (str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            yield from archive.namelist()


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files that describe packages, with their content."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.name in ("METADATA", "requirements.txt") or file.suffix == ".jar":
                yield str(file.relative_to(path)), file.read_bytes()
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(("/METADATA", "requirements.txt", ".jar")):
                    yield name, archive.read(name)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
