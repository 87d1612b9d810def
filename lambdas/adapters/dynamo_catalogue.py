"""What the business publishes, in the tables `components` and `constraints`; remembered for a while.

Components live in the catalogue `COMPONENTS`, popularity in the catalogue `POPULARITY` (one row per context
cell), constraints in the rule set `DEFAULT`; each row holds its JSON in the attribute `body`.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.component import Component
from domain.constraint import Constraint
from domain.errors import InvalidFieldError
from lambdas.observability import TELEMETRY


class UnreadableConstraintError(Exception):
    """A published constraint is not what was expected, so that nobody knows what it forbids."""


REMEMBERED_FOR = timedelta(seconds=30)
LOOKED_AGAIN_AFTER = timedelta(seconds=1)
Bodies = dict[str, Any]


def read_partition(client: Any, table_name: str, attribute: str, sort: str, value: str) -> Bodies:
    """The bodies of one partition by their sort keys, all pages of it."""
    found: Bodies = {}
    start: dict[str, Any] = {}
    while True:
        answer = client.query(
            TableName=table_name,
            KeyConditionExpression=f"{attribute} = :value",
            ExpressionAttributeValues={":value": {"S": value}},
            **start,
        )
        for row in answer["Items"]:
            found[row[sort]["S"]] = json.loads(row["body"]["S"])
        if "LastEvaluatedKey" not in answer:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


class DynamoCatalogue:
    """Components, popularity and constraints; a new publication is seen within half a minute."""

    def __init__(
        self, client: Any, *, components_table: str, constraints_table: str, clock: Callable[[], datetime]
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
        """Every component by its id."""
        self._refresh()
        return self._components

    def constraints(self) -> Sequence[Constraint]:
        """Every constraint, in the order of the ids."""
        self._refresh()
        return self._constraints

    def popularity(self, cell: str) -> tuple[str, ...]:
        """Component ids by popularity in a cell."""
        self._refresh()
        return self._popularity.get(cell, ())

    def _refresh(self) -> None:
        if self._read_at is not None and self._clock() < self._read_at + REMEMBERED_FOR:
            return
        components = self._read("COMPONENTS")
        constraints = read_partition(self._client, self._constraints_table, "rule_set", "rule_id", "DEFAULT")
        popularity = self._read("POPULARITY")
        self._components = dict(self._readable(components))
        self._constraints = tuple(_constraint(name, body) for name, body in constraints.items())
        self._popularity = {cell: tuple(body) for cell, body in popularity.items()}
        self._read_at = self._clock()

    def _readable(self, components: Bodies) -> Iterator[tuple[str, Component]]:
        for name, body in components.items():
            try:
                yield name, Component.from_dict(body, name)
            except InvalidFieldError as error:
                TELEMETRY.warn("component left out", reason=str(error))

    def _read(self, catalogue: str) -> Bodies:
        return read_partition(self._client, self._components_table, "catalogue", "component_id", catalogue)


class DynamoComponentIds:
    """Which components there are; when one is not known the table is looked at again, for it may be new.

    One that was published once stays known: it may be on a screen still.
    """

    def __init__(self, client: Any, *, components_table: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._components_table = components_table
        self._clock = clock
        self._read_at: datetime | None = None
        self._known: frozenset[str] = frozenset()

    def known(self, component_ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are components."""
        if not self._known.issuperset(component_ids) and self._may_look():
            published = read_partition(
                self._client, self._components_table, "catalogue", "component_id", "COMPONENTS"
            )
            self._known = self._known.union(published)
            self._read_at = self._clock()
        return self._known.intersection(component_ids)

    def _may_look(self) -> bool:
        """Who makes up names costs no more than a read a second."""
        return self._read_at is None or self._clock() >= self._read_at + LOOKED_AGAIN_AFTER


def _constraint(name: str, body: object) -> Constraint:
    """A rule that cannot be read stops everything: nothing may be placed past it."""
    try:
        return Constraint.from_dict(body, name)
    except InvalidFieldError as error:
        raise UnreadableConstraintError(str(error)) from error


class DynamoCatalogueStore:
    """Publishes catalogues: new rows are written first, then those that are no longer part of it deleted."""

    def __init__(self, client: Any, *, components_table: str, constraints_table: str) -> None:
        self._client = client
        self._components_table = components_table
        self._constraints_table = constraints_table

    def replace_components(self, components: Sequence[Component]) -> None:
        """Publish exactly these components."""
        bodies = {component.id: component.to_dict() for component in components}
        self._replace(self._components_table, ("catalogue", "component_id"), "COMPONENTS", bodies)

    def replace_constraints(self, constraints: Sequence[Mapping[str, Any]]) -> None:
        """Publish exactly these constraints."""
        bodies = {rule["id"]: dict(rule) for rule in constraints}
        self._replace(self._constraints_table, ("rule_set", "rule_id"), "DEFAULT", bodies)

    def replace_popularity(self, popularity: Mapping[str, Sequence[str]]) -> None:
        """Publish the popular components of each context cell."""
        bodies = {cell: list(component_ids) for cell, component_ids in popularity.items()}
        self._replace(self._components_table, ("catalogue", "component_id"), "POPULARITY", bodies)

    def _replace(self, table_name: str, names: tuple[str, str], partition: str, bodies: Bodies) -> None:
        before = read_partition(self._client, table_name, *names, partition)
        for sort, body in bodies.items():
            row = {names[0]: {"S": partition}, names[1]: {"S": sort}, "body": {"S": json.dumps(body)}}
            self._client.put_item(TableName=table_name, Item=row)
        for sort in before.keys() - bodies.keys():
            self._client.delete_item(
                TableName=table_name, Key={names[0]: {"S": partition}, names[1]: {"S": sort}}
            )
