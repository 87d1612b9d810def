"""Writes a bill of materials in CycloneDX's JSON for each deployed asset: `python -m supply_chain.sbom`."""

import sys
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from paths import ASSEMBLY
from supply_chain.deployed_assets import DeployedAsset, deployed_assets
from supply_chain.packages import third_party_packages

FOLDER = ASSEMBLY / "sbom"


def bill_of_materials(asset: DeployedAsset) -> str:
    """Return the bill of materials of an asset as JSON of CycloneDX 1.6."""
    bom = Bom()
    bom.metadata.component = Component(
        name=asset.name, version=asset.hash, type=ComponentType.APPLICATION, bom_ref=asset.hash
    )
    packages = [
        Component(
            name=package.name,
            version=package.version,
            type=ComponentType.LIBRARY,
            purl=PackageURL.from_string(package.url),
            bom_ref=package.url,
        )
        for package in third_party_packages(asset)
    ]
    bom.components.update(packages)
    bom.register_dependency(bom.metadata.component, packages)
    return str(JsonV1Dot6(bom).output_as_string(indent=2))


def write_all(assembly: Path, folder: Path) -> list[Path]:
    """Write a file for each asset of an assembly; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for asset in deployed_assets(assembly):
        path = folder / f"{asset.hash}.cdx.json"
        path.write_text(bill_of_materials(asset))
        written.append(path)
    return written


if __name__ == "__main__":
    count = len(write_all(ASSEMBLY, FOLDER))
    sys.stdout.write(f"{count} bills of materials are in {FOLDER}\n")
