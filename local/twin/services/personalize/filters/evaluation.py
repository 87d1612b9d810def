"""Apply a filter: keep the items that may be recommended to a user."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.errors import InvalidInputError
from local.twin.services.personalize.filters.syntax import (
    Condition,
    Expression,
    Operand,
    Parameter,
)

EVERY_TYPE = "*"
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def parameters(expressions: Iterable[Expression]) -> dict[str, bool]:
    """Return the placeholders; True if an INCLUDE uses it, so that its value is required."""
    needed: dict[str, bool] = {}
    for expression in expressions:
        for condition in (*expression.conditions, *expression.user_conditions):
            for operand in condition.operands:
                if isinstance(operand, Parameter):
                    needed[operand.name] = needed.get(operand.name, False) or expression.includes
    return needed


class FilterEvaluation:
    """A filter with the parameter values and the user of one request."""

    def __init__(
        self,
        expressions: tuple[Expression, ...],
        *,
        values: Mapping[str, str],
        user_id: str | None,
        data: GroupData,
    ) -> None:
        needed = parameters(expressions)
        for name in values:
            if name not in needed:
                raise InvalidInputError(f"The filter has no parameter {name}.")
        for name, by_include in needed.items():
            if by_include and name not in values:
                raise InvalidInputError(f"Provide a value for the filter parameter {name}.")
        self._expressions = expressions
        self._values = values
        self._user_id = user_id or ""
        self._holdings = data

    def keep(self, items: Iterable[str]) -> list[str]:
        """Return the items that an INCLUDE matches, if there is one, and that no EXCLUDE matches."""
        includes = [expression for expression in self._expressions if expression.includes]
        excludes = [expression for expression in self._expressions if not expression.includes]
        tests = {expression: self._test(expression) for expression in self._expressions}
        return [
            item
            for item in items
            if (not includes or any(tests[expression](item) for expression in includes))
            and not any(tests[expression](item) for expression in excludes)
        ]

    def _test(self, expression: Expression) -> Callable[[str], bool]:
        user = self._holdings.users.get(self._user_id, {})
        if not all(self._holds(condition, user) for condition in expression.user_conditions):
            return (lambda _: True) if expression.includes else (lambda _: False)
        if expression.conditions[0].dataset == "INTERACTIONS":
            return self._interaction_test(expression)
        # An EXCLUDE condition whose parameter has no value filters nothing, as the documentation says.
        groups = [
            [condition for condition in group if not self._is_open(condition)]
            for group in expression.alternatives
        ]
        groups = [group for group in groups if group]

        def test(item: str) -> bool:
            fields = self._holdings.items.get(item, {"ITEM_ID": item})
            return any(all(self._holds(condition, fields) for condition in group) for group in groups)

        return test

    def _interaction_test(self, expression: Expression) -> Callable[[str], bool]:
        groups = [
            [self._interacted(condition) for condition in group if not self._is_open(condition)]
            for group in expression.alternatives
        ]
        return lambda item: any(group and all(item in found for found in group) for group in groups)

    def _interacted(self, condition: Condition) -> set[str]:
        named = {str(value).lower() for value in self._operands(condition)}
        everything = self._holdings.interacted_items(self._user_id, None)
        if not condition.operands or EVERY_TYPE in named:
            return everything
        matching = self._holdings.interacted_items(self._user_id, frozenset(named))
        return everything - matching if condition.operator == "NOT IN" else matching

    def _is_open(self, condition: Condition) -> bool:
        return any(
            isinstance(operand, Parameter) and operand.name not in self._values
            for operand in condition.operands
        )

    def _holds(self, condition: Condition, fields: Mapping[str, Any]) -> bool:
        found = next(
            (value for name, value in fields.items() if name.upper() == condition.field.upper()), None
        )
        wanted = self._operands(condition)
        if condition.operator in ("IN", "NOT IN"):
            held = set() if found is None else set(str(found).split("|"))
            return bool(held & {str(value) for value in wanted}) == (condition.operator == "IN")
        if found is None or not wanted:
            return False
        if isinstance(found, str):
            return COMPARE[condition.operator](found, str(wanted[0]))
        try:
            return COMPARE[condition.operator](float(found), float(wanted[0]))
        except ValueError:
            raise InvalidInputError(f"{condition.field}: expected a number, got {wanted[0]!r}.") from None

    def _operands(self, condition: Condition) -> list[Any]:
        values: list[Any] = []
        for operand in condition.operands:
            values.extend(self._resolve(operand))
        return values

    def _resolve(self, operand: Operand) -> list[Any]:
        if isinstance(operand, Parameter):
            given = self._values.get(operand.name)
            return [] if given is None else [part.strip().strip('"') for part in given.split(",")]
        return [operand]
