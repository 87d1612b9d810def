"""Whether an update changes a resource in place or replaces it, by CloudFormation's published schemas.

Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from collections.abc import Mapping
from typing import Any

from local.twin.provision.resource_schemas import PropertyPath, resource_schema
from local.twin.provision.resources import Resource


def changed_properties(old: Resource, new: Resource) -> set[str]:
    """Return the names of the properties that differ."""
    names = old.properties.keys() | new.properties.keys()
    return {name for name in names if old.properties.get(name) != new.properties.get(name)}


def is_replaced(old: Resource, new: Resource) -> bool:
    """True if a property differs that is only set at creation.

    Where a schema says that some changes of a property replace the resource, every change of it does here.
    A custom resource has no schema: its function decides, by the physical id that it returns.
    """
    schema = resource_schema(new.type)
    return schema is not None and any(
        _value_at(old.properties, path) != _value_at(new.properties, path)
        for path in schema.create_only | schema.conditional_create_only
    )


def kept_name(old: Resource, new: Resource) -> str | None:
    """Return the name that both fix although it is unique in the account; None if there is none."""
    schema = resource_schema(new.type)
    if schema is None:
        return None
    for identifier in schema.identifiers:
        values = [_value_at(new.properties, path) for path in sorted(identifier)]
        kept = values == [_value_at(old.properties, path) for path in sorted(identifier)]
        if kept and not identifier & schema.read_only and None not in values:
            return "/".join(map(str, values))
    return None


def _value_at(value: Any, path: PropertyPath) -> Any:
    """Return the value of a property; `*` in a path stands for every element of a list."""
    if not path:
        return value
    name, *rest = path
    if name == "*":
        return [_value_at(each, tuple(rest)) for each in value] if isinstance(value, list) else None
    return _value_at(value.get(name), tuple(rest)) if isinstance(value, Mapping) else None
