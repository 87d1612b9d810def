"""Deletion of items whose time to live has passed, which moto 5.2 keeps.

An item that had expired before this process started stays: the row of a match that was recorded in another
year has expired when it is written, and DynamoDB too deletes it only later.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.exceptions import ConditionalCheckFailed
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 30.0


def run() -> None:
    """Delete expired items every half minute, for ever."""
    since = time.time()
    while True:
        time.sleep(_POLL_SECONDS)
        try:
            delete_expired(since, time.time())
        except Exception:  # noqa: BLE001 - one failure must not end the deletion for ever
            _LOG.exception("deleting expired items failed and will be retried")


def delete_expired(since: float, now: float) -> int:
    """Delete the items of every table that expired between two times, and return how many."""
    deleted = 0
    for regions in list(dynamodb_backends.values()):
        for backend in list(regions.values()):
            for table in list(backend.tables.values()):
                deleted += sum(_delete(backend, table, item, now) for item in _expired(table, since, now))
    return deleted


def _expired(table: Table, since: float, now: float) -> Iterator[Any]:
    name = table.ttl.get("AttributeName") if table.ttl["TimeToLiveStatus"] == "ENABLED" else None
    if name is None:
        return
    for found in list(table.items.values()):
        for item in list(found.values()) if table.has_range_key else [found]:
            expires_at = item.attrs.get(name)
            if expires_at is not None and since <= float(expires_at.value) < now:
                yield item


def _delete(backend: DynamoDBBackend, table: Table, item: Any, now: float) -> bool:
    """Delete an item, unless its expiry was moved in the meantime; return whether it was deleted."""
    key = {table.hash_key_attr: item.hash_key.to_json()}
    if table.range_key_attr is not None:
        key[table.range_key_attr] = item.range_key.to_json()
    try:
        backend.delete_item(
            table.name,
            key,
            {"#expires": table.ttl["AttributeName"]},
            {":now": {"N": str(now)}},
            "#expires < :now",
        )
    except ConditionalCheckFailed:
        return False
    if table.has_range_key and not table.items.get(item.hash_key):
        table.items.pop(item.hash_key, None)
    return True
