"""Writes to a DynamoDB item happen one after another: moto 5.2 looks at a condition and writes in two steps.

Under load two threads of its server were seen to win the same conditional write.
"""

import functools
import threading
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

_WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")


def install() -> None:
    """Guard every write; once more does no harm."""
    lock = threading.RLock()
    for name in _WRITES:
        write = getattr(DynamoDBBackend, name)
        if not hasattr(write, "__wrapped__"):
            setattr(DynamoDBBackend, name, _guarded(write, lock))


def _guarded(write: Any, lock: threading.RLock) -> Any:
    @functools.wraps(write)
    def write_alone(self: DynamoDBBackend, *args: Any, **kwargs: Any) -> Any:
        with lock:
            return write(self, *args, **kwargs)

    return write_alone
