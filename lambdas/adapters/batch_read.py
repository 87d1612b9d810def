"""Reads many rows of one table by their keys, in as few calls as DynamoDB allows."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Row = dict[str, Any]

MAX_KEYS_PER_CALL = 100


def read_rows(client: "DynamoDBClient", table_name: str, keys: Iterable[Row]) -> Iterator[Row]:
    """Read the rows that exist, consistently and in no particular order; retry unprocessed keys."""
    remaining = list(keys)
    while remaining:
        batch, remaining = remaining[:MAX_KEYS_PER_CALL], remaining[MAX_KEYS_PER_CALL:]
        answer = client.batch_get_item(RequestItems={table_name: {"Keys": batch, "ConsistentRead": True}})
        yield from answer["Responses"].get(table_name, [])
        unprocessed: Any = answer.get("UnprocessedKeys", {})
        remaining += unprocessed.get(table_name, {}).get("Keys", [])
