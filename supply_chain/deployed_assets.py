"""The assets that a deployment uploads, read from the manifests of the synthesized assemblies."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEMPLATE_SUFFIX = ".template.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedAsset:
    """One asset: the hash of its content, the name of the construct that has it, its file or folder."""

    hash: str
    name: str
    path: Path


def deployed_assets(assembly: Path) -> list[DeployedAsset]:
    """Return the assets of an assembly and its nested ones, each once; templates are not among them."""
    found = {
        asset.hash: asset for manifest in sorted(assembly.rglob("*.assets.json")) for asset in _of(manifest)
    }
    return sorted(found.values(), key=lambda asset: asset.hash)


def _of(manifest: Path) -> Iterator[DeployedAsset]:
    for content_hash, entry in json.loads(manifest.read_text())["files"].items():
        path = entry["source"]["path"]
        if not path.endswith(TEMPLATE_SUFFIX):
            yield DeployedAsset(
                hash=content_hash, name=entry.get("displayName", path), path=manifest.parent / path
            )
