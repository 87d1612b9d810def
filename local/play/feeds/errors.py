"""Errors of feed files."""

from pathlib import Path

from local.errors import CommandInputError


class FeedError(CommandInputError):
    """A file is not a feed of its provider; says what was expected and what came."""

    def __init__(self, path: Path, expected: str, got: str) -> None:
        self.path = path
        self.expected = expected
        self.got = got
        super().__init__(f"{path}: expected {expected}, got {got}")
