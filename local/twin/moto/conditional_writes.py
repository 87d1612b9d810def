"""Conditional writes of DynamoDB made atomic.

moto 5.2 checks a condition and writes the item in two steps, so two threads can pass the same check.
"""

import functools
import threading
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

_WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")


def install() -> None:
    """Put every write behind one lock; idempotent."""
    lock = threading.RLock()
    for name in _WRITES:
        write = getattr(DynamoDBBackend, name)
        if not hasattr(write, "__wrapped__"):
            setattr(DynamoDBBackend, name, _locked(write, lock))


def _locked(write: Any, lock: threading.RLock) -> Any:
    @functools.wraps(write)
    def locked_write(self: DynamoDBBackend, *args: Any, **kwargs: Any) -> Any:
        with lock:
            return write(self, *args, **kwargs)

    return locked_write
