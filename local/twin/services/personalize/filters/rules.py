"""Rules for filters beyond the grammar.

https://docs.aws.amazon.com/personalize/latest/dg/filter-expression-guidelines-requirements.html
"""

from collections.abc import Iterable, Mapping

from local.twin.services.personalize.dataset_schema import NUMBERS, DatasetSchema, SchemaField
from local.twin.services.personalize.errors import InvalidInputError, LimitExceededError
from local.twin.services.personalize.filters.syntax import COMPARISONS, Condition, Expression, Parameter

DATASETS = {"INTERACTIONS": "INTERACTIONS", "ITEMS": "ITEMS", "CURRENTUSER": "USERS"}
MAX_FIELDS = 10
MAX_FIELDS_OF_GROUP = 20
Fields = frozenset[tuple[str, str]]


def check_filter(expressions: tuple[Expression, ...], schemas: Mapping[str, DatasetSchema]) -> None:
    """Raise InvalidInputError if an expression breaks a rule of the service."""
    for expression in expressions:
        datasets = {condition.dataset for condition in expression.conditions}
        if len(datasets) > 1:
            raise InvalidInputError(
                "Invalid filter expression: an expression filters by one dataset; join two with |."
            )
        for condition in expression.conditions:
            if condition.dataset not in ("INTERACTIONS", "ITEMS"):
                raise InvalidInputError(
                    f"Invalid filter expression: expected Interactions or Items, got {condition.dataset}."
                )
            _check_condition(condition, schemas)
        for condition in expression.user_conditions:
            if condition.dataset != "CURRENTUSER":
                raise InvalidInputError("Invalid filter expression: IF takes conditions on CurrentUser only.")
            _check_condition(condition, schemas)


def fields_of(expressions: tuple[Expression, ...]) -> Fields:
    """Return the dataset fields that a filter uses."""
    return frozenset(
        (condition.dataset, condition.field.upper())
        for expression in expressions
        for condition in (*expression.conditions, *expression.user_conditions)
    )


def check_number_of_fields(fields: Fields, others: Iterable[Fields]) -> None:
    """Raise LimitExceededError if the filter, or the filters of the group together, use too many fields."""
    if len(fields) > MAX_FIELDS:
        raise LimitExceededError(f"A filter uses at most {MAX_FIELDS} fields, got {len(fields)}.")
    if len(fields.union(*others)) > MAX_FIELDS_OF_GROUP:
        raise LimitExceededError(
            f"The filters of a dataset group use at most {MAX_FIELDS_OF_GROUP} fields together."
        )


def _check_condition(condition: Condition, schemas: Mapping[str, DatasetSchema]) -> None:
    field = _field(condition.dataset, condition.field, schemas)
    if condition.dataset == "INTERACTIONS":
        if field.name.upper() != "EVENT_TYPE" or condition.operator in COMPARISONS:
            raise InvalidInputError(
                "Invalid filter expression: Interactions take EVENT_TYPE with IN or NOT IN only."
            )
    elif not condition.operands:
        raise InvalidInputError("Invalid filter expression: * stands for event types of interactions only.")
    if field.type == "boolean" or field.textual:
        raise InvalidInputError(
            f"Invalid filter expression: {field.name} is boolean or free text; filters take neither."
        )
    numeric = field.type in NUMBERS
    if numeric and condition.operator not in COMPARISONS:
        raise InvalidInputError(f"Invalid filter expression: {field.name} is a number; use a comparison.")
    if not numeric and condition.operator in COMPARISONS and condition.operator not in ("=", "!="):
        raise InvalidInputError(f"Invalid filter expression: {field.name} is not a number; use IN or NOT IN.")
    for operand in condition.operands:
        if isinstance(operand, Parameter) and condition.operator == "NOT IN":
            raise InvalidInputError(
                f"Could not create filter. Invalid input symbol: ${operand.name}. "
                "Placeholders are not allowed with NOT_IN operator."
            )
        if isinstance(operand, float) != numeric and isinstance(operand, float | str):
            raise InvalidInputError(
                f"Invalid filter expression: {field.name} is of type {field.type}, got {operand!r}."
            )


def _field(dataset: str, name: str, schemas: Mapping[str, DatasetSchema]) -> SchemaField:
    schema = schemas.get(DATASETS.get(dataset, dataset))
    field = schema.field(name) if schema else None
    if field is None:
        raise InvalidInputError(f"Invalid filter expression: the schema has no field {dataset}.{name}.")
    return field
