"""Writing a command's output: the file is there when it is whole, and never in place of an input."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from local.errors import CommandError, CommandInputError


class OutputError(CommandError):
    """An output cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        super().__init__(f"{path}: expected a file that can be written, got an error: {reason}")


class SameFileError(CommandInputError):
    """An output would take the place of an input."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: expected an output that is not an input as well, which would be lost")


def refuse_inputs(output: Path, inputs: Iterable[Path | None]) -> None:
    """Raise SameFileError if the output is one of the inputs, by whatever name."""
    for each in inputs:
        if each is not None and output.exists() and each.exists() and output.samefile(each):
            raise SameFileError(output)


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Give a file that takes the place of `path` at the end, if nothing was raised; raises OutputError.

    What is no ordinary file, such as /dev/stdout, is written to directly.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with _told(path), target.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _told(path):
            with draft.open("w", encoding="utf-8", newline="") as file:
                yield file
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text in place of a file; raises OutputError."""
    with written(path) as file:
        file.write(text)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raise OutputError for what the system refuses while `path` is written."""
    try:
        yield
    except OSError as error:
        raise OutputError(path, error) from error
