"""Reading rows of our own tables: what is wrong in one is never taken for a fault of the input."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from domain.errors import InvalidFieldError
from lambdas.adapters.errors import StoredRowError

P = ParamSpec("P")
T = TypeVar("T")
FAULTS = (
    InvalidFieldError,
    AttributeError,
    LookupError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading a value of the wrong shape raises."""


class Reading:
    """Raises StoredRowError for any fault of a stored row, in a block or in a decorated function.

    contextlib's decorator would cost 3 microseconds a call: as much as the rest of reading a row.
    """

    def __init__(self, row: str) -> None:
        self._row = row

    def __enter__(self) -> None:
        """Begin a block that reads a row."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise StoredRowError if the block has failed for a fault of the row."""
        if isinstance(error, FAULTS):
            raise StoredRowError(self._row, error) from error

    def __call__(self, read: Callable[P, T]) -> Callable[P, T]:
        """Decorate a function that reads a row."""

        @functools.wraps(read)
        def read_checked(*args: P.args, **named: P.kwargs) -> T:
            try:
                return read(*args, **named)
            except FAULTS as error:
                raise StoredRowError(self._row, error) from error

        return read_checked


def reading(row: str) -> Reading:
    """Return a context manager and decorator for code that reads a row of this name."""
    return Reading(row)
