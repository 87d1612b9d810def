"""CloudFormation's intrinsic functions."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.twin.provision.errors import UnresolvableError

NO_VALUE = object()
_SUB = re.compile(r"\$\{(!?)([^}]+)\}")
_DYNAMIC = re.compile(r"\{\{resolve:(ssm|secretsmanager|ssm-secure):([^}]+)\}\}")

Lookup = Callable[[str], Any]
Attribute = Callable[[str, str], Any]


class Resolver:
    """Resolves intrinsic functions and dynamic references in a template's values."""

    def __init__(
        self,
        *,
        where: str,
        ref: Lookup,
        attribute: Attribute,
        imported: Lookup,
        mappings: Mapping[str, Any],
        conditions: Mapping[str, Any],
        dynamic: Callable[[str, str], str],
    ) -> None:
        self._where = where
        self._ref = ref
        self._attribute = attribute
        self._imported = imported
        self._mappings = mappings
        self._conditions = conditions
        self._dynamic = dynamic
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::ImportValue": lambda value: self._imported(self.resolve(value)),
            "Fn::Base64": lambda value: base64.b64encode(str(self.resolve(value)).encode()).decode(),
            "Fn::GetAZs": lambda _: ["a", "b", "c"],
            "Fn::Equals": self._equals,
            "Fn::Not": lambda value: not self.resolve(value[0]),
            "Fn::And": lambda value: all(self.resolve(each) for each in value),
            "Fn::Or": lambda value: any(self.resolve(each) for each in value),
        }

    def resolve(self, value: Any) -> Any:
        """Return the resolved value; raises UnresolvableError."""
        if isinstance(value, Mapping):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if name in self._functions:
                    return self._functions[name](argument)
                if name == "Condition" and isinstance(argument, str):
                    return self.condition(argument)
                if name.startswith("Fn::"):
                    raise UnresolvableError(name, self._where)
            resolved = {name: self.resolve(each) for name, each in value.items()}
            return {name: each for name, each in resolved.items() if each is not NO_VALUE}
        if isinstance(value, list):
            return [each for each in (self.resolve(each) for each in value) if each is not NO_VALUE]
        if isinstance(value, str) and "{{resolve:" in value:
            return _DYNAMIC.sub(lambda found: self._dynamic(found.group(1), found.group(2)), value)
        return value

    def condition(self, name: str) -> bool:
        """True if a condition of the template holds; raises UnresolvableError."""
        if name not in self._conditions:
            raise UnresolvableError(f"the condition {name}", self._where)
        return bool(self.resolve(self._conditions[name]))

    def _get_att(self, value: Any) -> Any:
        logical_id, _, attribute = (
            value.partition(".") if isinstance(value, str) else (value[0], "", value[1])
        )
        return self._attribute(logical_id, self.resolve(attribute))

    def _sub(self, value: Any) -> str:
        template, variables = (value, {}) if isinstance(value, str) else value

        def fill(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return "${" + name + "}"
            if name in variables:
                return str(self.resolve(variables[name]))
            if "." in name:
                return str(self._get_att(name))
            return str(self._ref(name))

        return self.resolve(_SUB.sub(fill, template)) if template else ""

    def _join(self, value: Any) -> Any:
        parts = self.resolve(value[1])
        return self.resolve(str(value[0]).join(str(part) for part in parts))

    def _select(self, value: Any) -> Any:
        values = self.resolve(value[1])
        return values[int(self.resolve(value[0]))]

    def _split(self, value: Any) -> list[str]:
        return str(self.resolve(value[1])).split(value[0])

    def _if(self, value: Any) -> Any:
        return self.resolve(value[1] if self.condition(value[0]) else value[2])

    def _find_in_map(self, value: Any) -> Any:
        name, first, second = (self.resolve(each) for each in value[:3])
        try:
            return self._mappings[name][first][second]
        except KeyError as error:
            if len(value) > 3:
                return self.resolve(value[3]["DefaultValue"])
            raise UnresolvableError(f"{name}.{first}.{second}", self._where) from error

    def _equals(self, value: Any) -> bool:
        left, right = (self.resolve(each) for each in value)
        return bool(left == right)


def references(value: Any) -> Iterator[tuple[str, str]]:
    """Yield what a value refers to: ("resource", logical id) and ("import", export name)."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
        return
    if not isinstance(value, Mapping):
        return
    for name, argument in value.items():
        if name == "Ref" and isinstance(argument, str):
            yield "resource", argument
        elif name == "Fn::GetAtt":
            yield "resource", argument.partition(".")[0] if isinstance(argument, str) else argument[0]
        elif name == "Fn::ImportValue" and isinstance(argument, str):
            yield "import", argument
        elif name == "Fn::Sub":
            yield from _references_of_sub(argument)
        else:
            yield from references(argument)


def _references_of_sub(argument: Any) -> Iterator[tuple[str, str]]:
    template, variables = (argument, {}) if isinstance(argument, str) else argument
    for literal, name in _SUB.findall(template):
        if not literal and name not in variables:
            yield "resource", name.partition(".")[0]
    yield from references(variables)
