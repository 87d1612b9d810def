"""Which filters Personalize refuses to create, though they parse.

https://docs.aws.amazon.com/personalize/latest/dg/filter-expression-guidelines-requirements.html
"""

from collections.abc import Mapping

from local.personalize.dataset_schema import NUMBERS, DatasetSchema, SchemaField
from local.personalize.errors import InvalidInputError
from local.personalize.filters.syntax import COMPARISONS, Condition, Expression, UserAttribute

DATASETS = {"INTERACTIONS": "INTERACTIONS", "ITEMS": "ITEMS", "CURRENTUSER": "USERS"}


def check_filter(expressions: tuple[Expression, ...], schemas: Mapping[str, DatasetSchema]) -> None:
    """Raise InvalidInputError if an expression breaks a rule of the service."""
    for expression in expressions:
        datasets = {condition.dataset for condition in expression.conditions}
        if len(datasets) > 1:
            raise InvalidInputError(
                "Invalid filter expression: one expression filters by one dataset; chain two with |."
            )
        for condition in expression.conditions:
            if condition.dataset not in ("INTERACTIONS", "ITEMS"):
                raise InvalidInputError(
                    f"Invalid filter expression: expected Interactions or Items, got {condition.dataset}."
                )
            _check_condition(condition, schemas)
        for condition in expression.user_conditions:
            if condition.dataset != "CURRENTUSER":
                raise InvalidInputError(
                    "Invalid filter expression: IF takes conditions on CurrentUser alone."
                )
            _check_condition(condition, schemas)


def _check_condition(condition: Condition, schemas: Mapping[str, DatasetSchema]) -> None:
    field = _field(condition.dataset, condition.field, schemas)
    if condition.dataset == "INTERACTIONS":
        if field.name.upper() != "EVENT_TYPE" or condition.operator in COMPARISONS:
            raise InvalidInputError(
                "Invalid filter expression: interactions are filtered by EVENT_TYPE with IN or NOT IN alone."
            )
    elif not condition.operands:
        raise InvalidInputError("Invalid filter expression: * stands for types of interactions alone.")
    if field.type == "boolean" or field.textual:
        raise InvalidInputError(f"Invalid filter expression: {field.name} is boolean or free text.")
    numeric = field.type in NUMBERS
    if numeric and condition.operator not in COMPARISONS:
        raise InvalidInputError(f"Invalid filter expression: {field.name} is a number; use a comparison.")
    if not numeric and condition.operator in COMPARISONS and condition.operator not in ("=", "!="):
        raise InvalidInputError(f"Invalid filter expression: {field.name} is not a number; use IN or NOT IN.")
    for operand in condition.operands:
        if isinstance(operand, UserAttribute):
            _field("CURRENTUSER", operand.name, schemas)
        elif isinstance(operand, float) != numeric and isinstance(operand, float | str):
            raise InvalidInputError(
                f"Invalid filter expression: {field.name} is of type {field.type}, got {operand!r}."
            )


def _field(dataset: str, name: str, schemas: Mapping[str, DatasetSchema]) -> SchemaField:
    schema = schemas.get(DATASETS.get(dataset, dataset))
    field = schema.field(name) if schema else None
    if field is None:
        raise InvalidInputError(f"Invalid filter expression: the schema has no field {dataset}.{name}.")
    return field
