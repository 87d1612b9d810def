"""Packages are found by what their tools leave in an asset."""

import io
import zipfile
from pathlib import Path

import pytest

from supply_chain.deployed_assets import DeployedAsset
from supply_chain.packages import Package, third_party_packages

METADATA = "Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.16.0\n\nText"
PINS = "aiohttp[speedups]==3.14.0 \\\n    --hash=sha256:00\nboto3==1.44.5 ; python_version > '3'\n# no==1\n"


def an_asset(path: Path) -> DeployedAsset:
    return DeployedAsset(hash="a" * 64, name="Code", path=path)


def jar() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(
            "META-INF/maven/com.google.guava/guava/pom.properties",
            "#Built by Maven\ngroupId=com.google.guava\nartifactId=guava\nversion=33.0\n",
        )
        archive.writestr("META-INF/NOTICE", "This bundles\n\n- io.netty:netty-codec:4.1.86.Final\n")
    return content.getvalue()


FILES = {
    "dep/typing_extensions-4.16.0.dist-info/METADATA": (
        METADATA.encode(),
        [Package("pypi", "typing-extensions", "4.16.0")],
    ),
    "crowd_source/requirements.txt": (
        PINS.encode(),
        [Package("pypi", "aiohttp", "3.14.0"), Package("pypi", "boto3", "1.44.5")],
    ),
    "lib/connectors.jar": (
        jar(),
        [
            Package("maven", "com.google.guava:guava", "33.0"),
            Package("maven", "io.netty:netty-codec", "4.1.86.Final"),
        ],
    ),
    "index.js": (b"exports.handler = () => {}", None),
    "domain/match.py": (b'"""Ours."""', []),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("name", FILES)
def test_packages_of_each_kind_are_found(tmp_path: Path, name: str, packed: bool) -> None:
    content, expected = FILES[name]
    path = tmp_path / "asset.zip" if packed else tmp_path / "asset"
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, content)
    else:
        (path / name).parent.mkdir(parents=True)
        (path / name).write_bytes(content)
    found = third_party_packages(an_asset(path))
    if expected is None:
        assert [package.name for package in found] == ["aws-cdk-lib"]
    else:
        assert found == expected


@pytest.mark.parametrize("beside", ["remotes/poll/remoteEntry.js", "assets/index.js"])
def test_a_page_of_the_client_lists_what_it_is_bundled_from(tmp_path: Path, beside: str) -> None:
    for name in ("index.html", beside):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = {package.name for package in third_party_packages(an_asset(tmp_path))}
    assert {"react", "amazon-cognito-identity-js"} <= names
    assert "vitest" not in names


def test_package_urls_follow_their_specification() -> None:
    assert Package("maven", "org.apache.flink:flink-core", "1.20.3").url == (
        "pkg:maven/org.apache.flink/flink-core@1.20.3"
    )
    assert Package("npm", "@smithy/types", "4.0.0").url == "pkg:npm/%40smithy/types@4.0.0"
