"""The published catalogue in the tables `components` and `constraints`, cached for half a minute.

Components are in the partition `COMPONENTS`, popularity is in `POPULARITY` with one row per context
cell, constraints are in the rule set `DEFAULT`; each row holds its JSON in the attribute `body`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.component import Component
from domain.constraint import Constraint
from domain.errors import InvalidFieldError
from lambdas.adapters.errors import UnreadableConstraintError
from lambdas.adapters.stored_rows import reading
from lambdas.observability import TELEMETRY

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CACHED_FOR = timedelta(seconds=30)
Bodies = dict[str, Any]
"""JSON bodies by sort key."""
COMPONENT_KEYS = ("catalogue", "component_id")
CONSTRAINT_KEYS = ("rule_set", "rule_id")


def read_partition(
    client: "DynamoDBClient", table_name: str, keys: tuple[str, str], partition: str
) -> Bodies:
    """Read all rows of one partition; `keys` are the names of the partition key and the sort key."""
    found: Bodies = {}
    start: dict[str, Any] = {}
    partition_key, sort_key = keys
    while True:
        answer = client.query(
            TableName=table_name,
            KeyConditionExpression=f"{partition_key} = :value",
            ExpressionAttributeValues={":value": {"S": partition}},
            **start,
        )
        for row in answer["Items"]:
            with reading("catalogue item"):
                found[row[sort_key]["S"]] = json.loads(row["body"]["S"])
        if "LastEvaluatedKey" not in answer:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


class DynamoCatalogue:
    """Components, popularity and constraints; a new publication takes effect within half a minute."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        components_table: str,
        constraints_table: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._components_table = components_table
        self._constraints_table = constraints_table
        self._clock = clock
        self._read_at: datetime | None = None
        self._components: dict[str, Component] = {}
        self._constraints: tuple[Constraint, ...] = ()
        self._popularity: dict[str, tuple[str, ...]] = {}

    def components(self) -> Mapping[str, Component]:
        """Return every component by its id."""
        self._refresh()
        return self._components

    def constraints(self) -> Sequence[Constraint]:
        """Return every constraint, in order of ids; raises UnreadableConstraintError."""
        self._refresh()
        return self._constraints

    def popularity(self, cell: str) -> tuple[str, ...]:
        """Return component ids by popularity in a context cell; empty if the cell is unknown."""
        self._refresh()
        return self._popularity.get(cell, ())

    def _refresh(self) -> None:
        if self._read_at is not None and self._clock() < self._read_at + CACHED_FOR:
            return
        components = read_partition(self._client, self._components_table, COMPONENT_KEYS, "COMPONENTS")
        constraints = read_partition(self._client, self._constraints_table, CONSTRAINT_KEYS, "DEFAULT")
        popularity = read_partition(self._client, self._components_table, COMPONENT_KEYS, "POPULARITY")
        self._components = dict(_readable(components))
        self._constraints = tuple(_constraint(name, body) for name, body in constraints.items())
        with reading("popularity"):
            self._popularity = {cell: tuple(body) for cell, body in popularity.items()}
        self._read_at = self._clock()


def _readable(components: Bodies) -> Iterator[tuple[str, Component]]:
    for name, body in components.items():
        try:
            yield name, Component.from_stored(body, name)
        except InvalidFieldError as error:
            TELEMETRY.warning("component ignored", reason=str(error))


def _constraint(name: str, body: object) -> Constraint:
    """Fail on an unreadable rule: nothing may be placed without checking it."""
    try:
        return Constraint.from_dict(body, name)
    except InvalidFieldError as error:
        raise UnreadableConstraintError(str(error)) from error
