"""Every deployed asset has a valid bill of materials that lists what is in it."""

import json
from functools import cache
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from paths import ASSEMBLY, ROOT
from supply_chain.deployed_assets import DeployedAsset, deployed_assets
from supply_chain.sbom import bill_of_materials


@cache
def bills() -> dict[str, str]:
    return {asset.hash: bill_of_materials(asset) for asset in deployed_assets(ASSEMBLY)}


def listed(asset: DeployedAsset) -> set[str]:
    return {component["name"] for component in json.loads(bills()[asset.hash]).get("components", ())}


def asset_with(name: str) -> DeployedAsset:
    """Return the asset that has a file of this name at its top."""
    return next(asset for asset in deployed_assets(ASSEMBLY) if (asset.path / name).exists())


def test_every_asset_that_a_template_names_has_one() -> None:
    named = set()
    for template in ASSEMBLY.rglob("*.template.json"):
        text = template.read_text()
        named |= {asset.hash for asset in deployed_assets(ASSEMBLY) if asset.hash in text}
    assert named == set(bills())


def test_each_is_valid_cyclonedx() -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert [name for name, bill in bills().items() if validator.validate_str(bill) is not None] == []


def test_the_layer_lists_each_pin_of_its_requirements() -> None:
    pins = {
        line.partition("==")[0].partition("[")[0]
        for line in (ROOT / "stacks" / "layer-requirements.txt").read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    assert pins
    assert pins <= listed(asset_with("python"))


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("main.py", {"boto3", "org.apache.flink:flink-connector-kinesis", "io.netty:netty-codec"}),
        ("crowd_source", {"aiohttp", "boto3"}),
        ("frame.html", {"react", "hls.js", "amazon-cognito-identity-js"}),
        ("cfn-response.js", {"aws-cdk-lib"}),
    ],
)
def test_third_party_code_is_listed(top: str, expected: set[str]) -> None:
    assert expected <= listed(asset_with(top))


def web_assets() -> list[DeployedAsset]:
    return [asset for asset in deployed_assets(ASSEMBLY) if any(asset.path.rglob("*.html"))]


def test_each_page_has_a_bill_of_the_clients_packages() -> None:
    """The viewers' app and the control room; the latter has no micro-frontends beside it."""
    pages = [asset for asset in web_assets() if asset.name.startswith(("App/", "ControlRoom/"))]
    assert len(pages) == 2
    for page in pages:
        assert {"react", "amazon-cognito-identity-js"} <= listed(page), page.name


def test_no_web_asset_has_an_empty_bill() -> None:
    assert [asset.name for asset in web_assets() if not listed(asset)] == []


def test_development_tools_are_in_no_pages_bill() -> None:
    for page in web_assets():
        assert {"vitest", "typescript"}.isdisjoint(listed(page)), page.name


def test_what_is_ours_alone_lists_nothing() -> None:
    ours: list[Any] = [listed(asset_with(top)) for top in ("lambdas", "glue_jobs")]
    assert ours == [set(), set()]
