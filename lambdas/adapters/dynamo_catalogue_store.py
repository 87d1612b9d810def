"""Publishes the catalogue in the tables `components` and `constraints`."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.component import Component
from lambdas.adapters.dynamo_catalogue import COMPONENT_KEYS, CONSTRAINT_KEYS, read_partition

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoCatalogueStore:
    """Replaces partitions: writes the new rows first, then deletes rows that are no longer part of it."""

    def __init__(self, client: "DynamoDBClient", *, components_table: str, constraints_table: str) -> None:
        self._client = client
        self._components_table = components_table
        self._constraints_table = constraints_table

    def replace_components(self, components: Sequence[Component]) -> None:
        """Replace all components."""
        bodies = {component.id: component.to_dict() for component in components}
        self._replace(self._components_table, COMPONENT_KEYS, "COMPONENTS", bodies)

    def replace_constraints(self, constraints: Sequence[Mapping[str, Any]]) -> None:
        """Replace all constraints."""
        bodies = {rule["id"]: dict(rule) for rule in constraints}
        self._replace(self._constraints_table, CONSTRAINT_KEYS, "DEFAULT", bodies)

    def replace_popularity(self, popularity: Mapping[str, Sequence[str]]) -> None:
        """Replace the popular components of every context cell."""
        bodies = {cell: list(component_ids) for cell, component_ids in popularity.items()}
        self._replace(self._components_table, COMPONENT_KEYS, "POPULARITY", bodies)

    def _replace(
        self, table_name: str, keys: tuple[str, str], partition: str, bodies: Mapping[str, Any]
    ) -> None:
        published = read_partition(self._client, table_name, keys, partition)
        partition_key, sort_key = keys
        for sort, body in bodies.items():
            row = {partition_key: {"S": partition}, sort_key: {"S": sort}, "body": {"S": json.dumps(body)}}
            self._client.put_item(TableName=table_name, Item=row)
        for sort in published.keys() - bodies.keys():
            self._client.delete_item(
                TableName=table_name, Key={partition_key: {"S": partition}, sort_key: {"S": sort}}
            )
