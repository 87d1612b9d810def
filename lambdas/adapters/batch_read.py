"""Many rows of one table by their keys, in as few calls as DynamoDB allows."""

from collections.abc import Iterable, Iterator
from typing import Any

Row = dict[str, Any]

KEYS_A_READ = 100


def read_keys(client: Any, table_name: str, keys: Iterable[Row]) -> Iterator[Row]:
    """The rows that exist, read consistently, in no order; what DynamoDB leaves undone is asked for again."""
    left = list(keys)
    while left:
        portion, left = left[:KEYS_A_READ], left[KEYS_A_READ:]
        answer = client.batch_get_item(RequestItems={table_name: {"Keys": portion, "ConsistentRead": True}})
        yield from answer["Responses"].get(table_name, [])
        left += answer.get("UnprocessedKeys", {}).get(table_name, {}).get("Keys", [])
