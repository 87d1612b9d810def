"""Reading the files of a synthesized assembly; what is no such file costs one sentence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.errors import CommandInputError


class AssemblyFileError(CommandInputError):
    """A file is not of a synthesized assembly."""

    def __init__(self, path: Path, expected: str, got: str) -> None:
        super().__init__(
            f"{path}: expected {expected} of a synthesized assembly, got {got}; synthesize it again"
        )


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; raises AssemblyFileError."""
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise AssemblyFileError(path, "JSON", str(error)) from error
    if not isinstance(value, dict):
        raise AssemblyFileError(path, "an object", type(value).__name__)
    return value


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise AssemblyFileError for a field that is missing or of another kind in what is read within."""
    try:
        yield
    except (AttributeError, LookupError, TypeError) as error:
        raise AssemblyFileError(path, "the fields", f"{type(error).__name__}: {error}") from error
