"""What CloudFormation does when it rolls back a stack's creation, deletes the stack, or updates it.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.twin.provision.resource_schemas import PropertyPath, resource_schema

NAMES_WITHIN_OBJECTS: dict[str, PropertyPath] = {
    "AWS::CloudFront::CachePolicy": ("CachePolicyConfig", "Name"),
    "AWS::CloudFront::KeyGroup": ("KeyGroupConfig", "Name"),
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig", "Name"),
    "AWS::CloudFront::PublicKey": ("PublicKeyConfig", "Name"),
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig", "Name"),
    "AWS::Glue::Database": ("DatabaseInput", "Name"),
}
"""Names that are unique in the account although the schemas know these resources by a generated id."""
NAMES_NOT_UNIQUE = ("AWS::Athena::NamedQuery", "AWS::Lambda::Alias")
"""Types of which several resources of an account may have the same name."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource as a template declares it."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    deletion_policy: str
    """`Delete`, which is the default, `Retain` or `RetainExceptOnCreate`."""

    @property
    def stays_after_failed_creation(self) -> bool:
        """True if the resource exists after its stack's creation was rolled back."""
        return self.deletion_policy == "Retain"

    @property
    def stays_after_deletion(self) -> bool:
        """True if the resource exists after its stack was deleted."""
        return self.deletion_policy in ("Retain", "RetainExceptOnCreate")

    @property
    def is_protected(self) -> bool:
        """True if its service refuses to delete the resource, whatever its policy is."""
        replicas = self.properties.get("Replicas", [])
        return self.properties.get("DeletionProtection") == "ACTIVE" or any(
            replica.get("DeletionProtectionEnabled") for replica in replicas
        )

    @property
    def fixed_name(self) -> str | None:
        """The physical name that the template fixes, so that no second resource can be created with it.

        A name with a reference to another resource is new with that resource, and so is not fixed.
        """
        for path in self._name_paths():
            value = _value_at(self.properties, path)
            if value is not None and not _refers_to_resource(value):
                return f"{self.type} {_spelled(value)}"
        return None

    def _name_paths(self) -> Iterator[PropertyPath]:
        schema = resource_schema(self.type)
        if schema is None or self.type in NAMES_NOT_UNIQUE:
            return
        if self.type in NAMES_WITHIN_OBJECTS:
            yield NAMES_WITHIN_OBJECTS[self.type]
        for identifier in schema.identifiers:
            # A name within another resource, like a route within its API, is unique there only.
            if len(identifier) == 1 and not identifier & schema.read_only:
                yield from identifier
        if any(identifier <= schema.read_only for identifier in schema.identifiers):
            yield from (path for path in schema.create_only if path[-1].endswith("Name") and len(path) == 1)


def declared(template: Mapping[str, Any]) -> list[Declared]:
    """Return the resources of a template."""
    return [
        Declared(
            logical_id=logical_id,
            type=resource["Type"],
            properties=resource.get("Properties", {}),
            deletion_policy=resource.get("DeletionPolicy", "Delete"),
        )
        for logical_id, resource in template["Resources"].items()
    ]


def obstacles(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Return what keeps an update of a stack from one template to the next from succeeding.

    A change of a create-only property creates a resource before it deletes the old one, so that a fixed name
    is still taken. The same is true of a new resource with the name of an old one.
    """
    before = {resource.logical_id: resource for resource in declared(old)}
    after = {resource.logical_id: resource for resource in declared(new)}
    created = _replaced(before, after) | (after.keys() - before.keys())
    taken = {resource.fixed_name for resource in before.values()} - {None}
    return {
        f"{name} is taken by the present {name.split()[0]}"
        for logical_id in created
        if (name := after[logical_id].fixed_name) and name in taken
    }


def replaced(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Return the logical ids of the resources that an update creates anew."""
    return _replaced(
        {resource.logical_id: resource for resource in declared(old)},
        {resource.logical_id: resource for resource in declared(new)},
    )


def _replaced(before: Mapping[str, Declared], after: Mapping[str, Declared]) -> set[str]:
    found: set[str] = set()
    while True:
        more = {
            logical_id
            for logical_id in before.keys() & after.keys() - found
            if _is_replaced(before[logical_id], after[logical_id], found)
        }
        if not more:
            return found
        found |= more


def _is_replaced(before: Declared, after: Declared, replaced_ids: set[str]) -> bool:
    if before.type != after.type:
        return True
    schema = resource_schema(after.type)
    return schema is not None and any(
        _value_at(before.properties, path) != (value := _value_at(after.properties, path))
        # A reference to a resource that is created anew has a new value.
        or any(_refers_to(value, logical_id) for logical_id in replaced_ids)
        for path in schema.create_only
    )


def _refers_to(value: Any, logical_id: str) -> bool:
    match value:
        case {"Ref": str(name)}:
            return name == logical_id
        case {"Fn::GetAtt": [str(name), _]}:
            return name == logical_id
        case dict():
            return any(_refers_to(inner, logical_id) for inner in value.values())
        case list():
            return any(_refers_to(inner, logical_id) for inner in value)
    return False


def _value_at(properties: Mapping[str, Any], path: PropertyPath) -> Any:
    value: Any = properties
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _refers_to_resource(value: Any) -> bool:
    match value:
        case {"Ref": str(name)}:
            return not name.startswith("AWS::")
        case {"Fn::GetAtt": _} | {"Fn::ImportValue": _}:
            return True
        case dict():
            return any(_refers_to_resource(inner) for inner in value.values())
        case list():
            return any(_refers_to_resource(inner) for inner in value)
    return False


def _spelled(value: Any) -> str:
    match value:
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(_spelled(part) for part in parts)
    return str(value)
