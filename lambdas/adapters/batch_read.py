"""Reads many rows of one table by their keys, in as few calls as DynamoDB allows."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lambdas.adapters.errors import TableBusyError
from lambdas.adapters.retry import jittered_pause

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Row = dict[str, Any]

MAX_KEYS_PER_CALL = 100
ATTEMPTS = 6
"""How often in a row DynamoDB may leave keys unprocessed."""


def read_rows(
    client: "DynamoDBClient",
    table_name: str,
    keys: Iterable[Row],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Row]:
    """Read the rows that exist, consistently and in no particular order.

    Unprocessed keys are read again after a pause; raises TableBusyError if that is in vain.
    """
    remaining = list(keys)
    refused = 0
    while remaining:
        batch, remaining = remaining[:MAX_KEYS_PER_CALL], remaining[MAX_KEYS_PER_CALL:]
        answer = client.batch_get_item(RequestItems={table_name: {"Keys": batch, "ConsistentRead": True}})
        yield from answer["Responses"].get(table_name, [])
        unprocessed: Any = answer.get("UnprocessedKeys", {})
        left = unprocessed.get(table_name, {}).get("Keys", [])
        remaining += left
        refused = refused + 1 if left else 0
        if refused == ATTEMPTS:
            raise TableBusyError(table_name, len(remaining))
        if refused:
            sleep(jittered_pause(refused))
