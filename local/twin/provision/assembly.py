"""Reading a cloud assembly (`cdk.out`): its stacks in order, their templates, and the assets behind them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.twin.provision.errors import AssemblyMissingError

_STACK = "aws:cloudformation:stack"
_NESTED = "cdk:cloud-assembly"
_ASSETS = "cdk:asset-manifest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack of the assembly: its name, its template and the region it is for."""

    id: str
    name: str
    template: Mapping[str, Any]
    region: str | None
    dependencies: tuple[str, ...]
    path: str = ""
    assets: Mapping[str, Path] = field(default_factory=dict)

    def is_called(self, name: str) -> bool:
        """Whether a name means this stack: its own, its artifact's, its path, or the end of that path."""
        return name in (self.name, self.id, self.path, self.path.rpartition("/")[2])

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The template's resources by logical id."""
        resources: Mapping[str, Mapping[str, Any]] = self.template.get("Resources", {})
        return resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Every stack of an assembly, those of nested stages apart."""

    directory: Path
    stacks: tuple[Stack, ...]
    staged: tuple[Stack, ...] = ()

    @classmethod
    def read(cls, directory: Path) -> "Assembly":
        """Read `manifest.json` and what it names; raises AssemblyMissingError."""
        stacks, nested = _read(directory)
        staged = [stack for inner in nested for stack in _read(inner)[0]]
        return cls(directory=directory, stacks=tuple(_ordered(stacks)), staged=tuple(staged))


def _read(directory: Path) -> tuple[list[Stack], list[Path]]:
    path = directory / "manifest.json"
    if not path.is_file():
        raise AssemblyMissingError(directory)
    artifacts = json.loads(path.read_text())["artifacts"]
    assets = _assets(directory, artifacts)
    stacks = [
        _stack(directory, artifact_id, artifact, assets)
        for artifact_id, artifact in artifacts.items()
        if artifact["type"] == _STACK
    ]
    nested = [
        directory / artifact["properties"]["directoryName"]
        for artifact in artifacts.values()
        if artifact["type"] == _NESTED
    ]
    return stacks, nested


def _stack(directory: Path, artifact_id: str, artifact: dict[str, Any], assets: Mapping[str, Path]) -> Stack:
    properties = artifact["properties"]
    region = artifact.get("environment", "aws:///unknown-region").rpartition("/")[2]
    return Stack(
        id=artifact_id,
        name=properties.get("stackName", artifact_id),
        template=json.loads((directory / properties["templateFile"]).read_text()),
        region=None if region == "unknown-region" else region,
        dependencies=tuple(artifact.get("dependencies", ())),
        path=artifact.get("displayName", artifact_id),
        assets=assets,
    )


def _assets(directory: Path, artifacts: Mapping[str, Any]) -> dict[str, Path]:
    """Where each asset lies, by the object key that templates name it by."""
    found: dict[str, Path] = {}
    for artifact in artifacts.values():
        if artifact["type"] != _ASSETS:
            continue
        manifest = json.loads((directory / artifact["properties"]["file"]).read_text())
        for asset in manifest.get("files", {}).values():
            source = directory / asset["source"]["path"]
            for destination in asset["destinations"].values():
                found[destination["objectKey"]] = source
    return found


def _ordered(stacks: list[Stack]) -> Iterator[Stack]:
    waiting = {stack.id: stack for stack in stacks}
    while waiting:
        ready = [
            stack for stack in waiting.values() if not any(other in waiting for other in stack.dependencies)
        ] or list(waiting.values())
        for stack in ready:
            yield waiting.pop(stack.id)
