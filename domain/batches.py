"""Splits entries into as few calls or messages as a limit allows."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(
    entries: Iterable[T], *, size: Callable[[T], int], max_size: int, max_entries: int | None = None
) -> Iterator[list[T]]:
    """Yield the entries in order, in batches within both limits; an entry that is larger goes alone."""
    batch: list[T] = []
    total = 0
    for entry in entries:
        length = size(entry)
        if batch and (len(batch) == max_entries or total + length > max_size):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += length
    if batch:
        yield batch
