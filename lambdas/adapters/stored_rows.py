"""Reading rows of our own tables: what is wrong in one is never taken for a fault of the input."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import InvalidFieldError
from lambdas.adapters.errors import StoredRowError

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


@contextmanager
def reading(row: str) -> Iterator[None]:
    """Raise StoredRowError for any fault of a stored row; also a decorator of a function that reads one."""
    try:
        yield
    except FAULTS as error:
        raise StoredRowError(row, error) from error
