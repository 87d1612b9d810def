"""The published catalogue in the tables `components` and `constraints`, cached for half a minute.

Components are in the partition `COMPONENTS`, popularity is in `POPULARITY` with one row per context
cell, constraints are in the rule set `DEFAULT`; each row holds its JSON in the attribute `body`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from domain.component import MAX_COMPONENTS, Component
from domain.constraint import Constraint
from domain.errors import InvalidFieldError
from domain.indexed_constraints import IndexedConstraints
from domain.metrics import Metric
from domain.validation import Reader, read_json, read_text
from lambdas.adapters.errors import UnreadableConstraintError
from lambdas.observability import TELEMETRY

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CACHED_FOR = timedelta(seconds=30)
READ_AGAIN_AFTER = timedelta(seconds=5)
"""How long what is known is used before the tables are tried again, while they cannot be read."""
KEPT_FOR = timedelta(minutes=5)
"""How long what is known outlives its last reading, so that throttled tables do not stop a match.

A new rule takes effect so much later at worst, which is why it is not longer.
"""
Bodies = Mapping[str, str]
"""JSON texts by sort key."""
T = TypeVar("T")
COMPONENT_KEYS = ("catalogue", "component_id")
CONSTRAINT_KEYS = ("rule_set", "rule_id")


def read_partition(
    client: "DynamoDBClient", table_name: str, keys: tuple[str, str], partition: str
) -> Bodies:
    """Read all rows of one partition; `keys` are the names of the partition key and the sort key."""
    found: dict[str, str] = {}
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
            found[row[sort_key]["S"]] = row.get("body", {}).get("S", "")
        if "LastEvaluatedKey" not in answer:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


class DynamoCatalogue:
    """Components, popularity and constraints; a new publication takes effect within half a minute.

    While the tables cannot be read, what is known is used for up to five minutes.
    """

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
        self._read_again_at: datetime | None = None
        self._components: dict[str, Component] = {}
        self._constraints = IndexedConstraints()
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
        """Read the tables if it is time; while they cannot be read, what is known is kept for a while."""
        now = self._clock()
        if self._read_again_at is not None and now < self._read_again_at:
            return
        try:
            self._read()
        except (BotoCoreError, ClientError) as error:
            if self._read_at is None or now >= self._read_at + KEPT_FOR:
                raise
            TELEMETRY.count(Metric.CATALOGUE_STALE)
            TELEMETRY.warning("catalogue cannot be read again", read_at=str(self._read_at), reason=str(error))
            self._read_again_at = now + READ_AGAIN_AFTER
            return
        self._read_at = now
        self._read_again_at = now + CACHED_FOR

    def _read(self) -> None:
        components = read_partition(self._client, self._components_table, COMPONENT_KEYS, "COMPONENTS")
        constraints = read_partition(self._client, self._constraints_table, CONSTRAINT_KEYS, "DEFAULT")
        popularity = read_partition(self._client, self._components_table, COMPONENT_KEYS, "POPULARITY")
        self._components = _readable(components, Component.from_stored)
        self._constraints = IndexedConstraints(_constraint(name, body) for name, body in constraints.items())
        self._popularity = _readable(popularity, _component_ids)


def _readable(bodies: Bodies, read: Callable[[object, str], T]) -> dict[str, T]:
    """Return the rows that can be read: the catalogue goes without the others, and the match goes on."""
    found: dict[str, T] = {}
    for name, body in bodies.items():
        try:
            found[name] = read(read_json(body, name), name)
        except InvalidFieldError as error:
            TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
            TELEMETRY.warning("row of the catalogue ignored", row=name, reason=str(error))
    return found


def _component_ids(value: object, path: str) -> tuple[str, ...]:
    return Reader({path: value}).items(path, read_text, maximum=MAX_COMPONENTS)


def _constraint(name: str, body: str) -> Constraint:
    """Read a rule; raises UnreadableConstraintError if it is unknown what the rule is about.

    Nothing may be placed without checking every rule: one of an unknown kind refuses what it selects.
    """
    try:
        value = read_json(body, name)
        rule = Constraint.from_stored(value, name)
    except InvalidFieldError as error:
        raise UnreadableConstraintError(error) from error
    if rule.is_unreadable:
        TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
        TELEMETRY.warning("rule unreadable: what it selects is not placed", row=name)
    return rule
