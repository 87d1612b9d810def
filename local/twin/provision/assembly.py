"""Reading a cloud assembly (`cdk.out`): its stacks in order of deployment, their templates and assets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.assembly_files import read_object, reading
from local.twin.endpoints import DEFAULT_REGION
from local.twin.provision.errors import AssemblyMissingError

_STACK = "aws:cloudformation:stack"
_NESTED = "cdk:cloud-assembly"
_ASSETS = "cdk:asset-manifest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack of the assembly; `region` is None if the stack is for any region."""

    id: str
    name: str
    template: Mapping[str, Any]
    region: str | None
    dependencies: tuple[str, ...]
    path: str = ""
    assets: Mapping[str, Path] = field(default_factory=dict)

    def is_called(self, name: str) -> bool:
        """True if a name is the stack's, its artifact's, its path or the last part of its path."""
        return name in (self.name, self.id, self.path, self.path.rpartition("/")[2])

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The template's resources by logical id."""
        resources: Mapping[str, Mapping[str, Any]] = self.template.get("Resources", {})
        return resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The stacks of an assembly; `staged` are those of nested stages."""

    directory: Path
    stacks: tuple[Stack, ...]
    staged: tuple[Stack, ...] = ()

    @property
    def region(self) -> str:
        """The region of the stacks, or the default if they name none or several."""
        regions = {stack.region for stack in self.stacks if stack.region}
        return regions.pop() if len(regions) == 1 else DEFAULT_REGION

    @property
    def assets(self) -> Mapping[str, Path]:
        """The assets of every stack by object key."""
        return {key: path for stack in (*self.stacks, *self.staged) for key, path in stack.assets.items()}

    @classmethod
    def read(cls, directory: Path) -> "Assembly":
        """Read `manifest.json` and the files that it names.

        Raises AssemblyMissingError, or AssemblyFileError for a file that is none of an assembly.
        """
        stacks, nested = _read(directory)
        staged = [stack for inner in nested for stack in _read(inner)[0]]
        return cls(directory=directory, stacks=tuple(_ordered(stacks)), staged=tuple(staged))


def _read(directory: Path) -> tuple[list[Stack], list[Path]]:
    path = directory / "manifest.json"
    if not path.is_file():
        raise AssemblyMissingError(directory)
    document = read_object(path)
    with reading(path):
        artifacts = document["artifacts"]
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
        template=read_object(directory / properties["templateFile"]),
        region=None if region == "unknown-region" else region,
        dependencies=tuple(artifact.get("dependencies", ())),
        path=artifact.get("displayName", artifact_id),
        assets=assets,
    )


def _assets(directory: Path, artifacts: Mapping[str, Any]) -> dict[str, Path]:
    """Return the path of each asset by the object key that templates use."""
    found: dict[str, Path] = {}
    for artifact in artifacts.values():
        if artifact["type"] != _ASSETS:
            continue
        manifest = read_object(directory / artifact["properties"]["file"])
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
