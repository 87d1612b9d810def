"""Calls of DynamoDB and S3 made atomic.

moto 5.2 checks a condition and writes the item in two steps, so two threads can pass the same check; and it
writes a new item's key before the rest, which a reader could see. S3 answers 412 to the second of two writers
who both name the object as they know it, or that there is none:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import functools
import threading
from collections.abc import Iterable
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.responses import DynamoHandler
from moto.s3.responses import S3Response

_WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")
_READS = ("get_item", "batch_get_item", "transact_get_items", "query", "scan")
_ATOMIC = "is_atomic"


def install() -> None:
    """Put the calls of each service behind one lock; idempotent."""
    items, objects = threading.RLock(), threading.RLock()
    _lock_methods(DynamoDBBackend, _WRITES, items)
    # An answer is made of the items that were read, so its making is part of the call.
    _lock_methods(DynamoHandler, _READS, items)
    _lock_methods(S3Response, ("put_object", "delete_object"), objects)


def _lock_methods(owner: type, names: Iterable[str], lock: threading.RLock) -> None:
    for name in names:
        call = getattr(owner, name)
        if not getattr(call, _ATOMIC, False):
            atomic = _locked(call, lock)
            setattr(atomic, _ATOMIC, True)
            setattr(owner, name, atomic)


def _locked(call: Any, lock: threading.RLock) -> Any:
    @functools.wraps(call)
    def locked_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock:
            return call(self, *args, **kwargs)

    return locked_call
