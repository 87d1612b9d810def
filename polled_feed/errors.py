"""Errors of polled documents."""


class DocumentError(Exception):
    """A document is not a match of its provider; says what was expected and what came."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        shown = repr(got)
        shown = shown if len(shown) <= 120 else f"{shown[:117]}..."
        super().__init__(f"{field}: expected {expected}, got {shown}")
