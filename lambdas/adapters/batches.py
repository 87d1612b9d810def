"""Splits entries into as few calls as a service's limits allow."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(
    entries: Sequence[T], *, max_entries: int, max_bytes: int, size: Callable[[T], int]
) -> Iterator[list[T]]:
    """Yield the entries in order, in batches within both limits; an entry that is larger goes alone."""
    batch: list[T] = []
    total = 0
    for entry in entries:
        length = size(entry)
        if batch and (len(batch) == max_entries or total + length > max_bytes):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += length
    if batch:
        yield batch
