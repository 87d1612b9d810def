"""The templates of a synthesized stage."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.account.preflight.errors import PreflightError
from local.assembly_files import read_object, reading

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesizedStage:
    """The name of a stage, and the template of each of its stacks by the part of its name."""

    name: str
    templates: dict[str, Fields]

    def metadata(self, part: str, key: str) -> Fields | None:
        """Return an entry of the metadata of a stack's template; None if there is none.

        The part of a stack with a later dataset group has a fingerprint.
        """
        for name, template in self.templates.items():
            if name.partition("-")[0] == part and key in template.get("Metadata", {}):
                found: Fields = template["Metadata"][key]
                return found
        return None

    def of_type(self, part: str, resource_type: str) -> list[Fields]:
        """Return the properties of a stack's resources of one type."""
        return [
            resource.get("Properties", {})
            for resource in self.templates[part]["Resources"].values()
            if resource["Type"] == resource_type
        ]

    def all_of_type(self, resource_type: str) -> list[Fields]:
        """Return the properties of all stacks' resources of one type."""
        return [properties for part in self.templates for properties in self.of_type(part, resource_type)]

    def function(self, module: str) -> Fields:
        """Return the properties of the function with this handler; empty if the stage has none."""
        for function in self.all_of_type("AWS::Lambda::Function"):
            if function.get("Handler") == f"lambdas.handlers.{module}.handler":
                return function
        return {}

    def variables(self, module: str) -> Fields:
        """Return the environment of the function with this handler; empty if the stage has none."""
        found: Fields = self.function(module).get("Environment", {}).get("Variables", {})
        return found


def read_stage(assembly: Path, name: str) -> SynthesizedStage:
    """Read the stacks `touchline-<stage>-<part>` below a folder.

    Raises PreflightError if there are none, and AssemblyFileError if a file is not of an assembly.
    """
    prefix = f"touchline-{name}-"
    templates = {
        stack_name.removeprefix(prefix): _template(path)
        for manifest in sorted(assembly.rglob("manifest.json"))
        for stack_name, path in _stacks(manifest)
        if stack_name.startswith(prefix)
    }
    if not templates:
        raise PreflightError(
            f"expected the templates of the stage {name} in {assembly}, found none;"
            f" synthesize it first: cdk synth --quiet -c stage={name}"
        )
    return SynthesizedStage(name=name, templates=templates)


def _stacks(manifest: Path) -> list[tuple[str, Path]]:
    """Return the name of each stack and its template."""
    document = read_object(manifest)
    with reading(manifest):
        every = [
            artifact["properties"]
            for artifact in document["artifacts"].values()
            if artifact["type"] == "aws:cloudformation:stack"
        ]
        return [(str(one["stackName"]), manifest.parent / one["templateFile"]) for one in every]


def _template(path: Path) -> Fields:
    template = read_object(path)
    with reading(path):
        for resource in template["Resources"].values():
            resource["Type"]
    return template
