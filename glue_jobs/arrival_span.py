"""The span of arrival times of the files that a run reads: from one instant to before another."""

from datetime import UTC, datetime

WHOLE_HISTORY = "always"
UP_TO_DATE = "now"
"""The values for an open end of the span: Glue accepts no empty arguments."""
INCREMENTAL = "INCREMENTAL"
"""The mode of a run whose dataset is added to earlier imports; with any other it replaces them."""


def parse_instant(argument: str, text: str, *, open_end: str) -> datetime | None:
    """Return the instant of an argument, in UTC if it has no offset; None if it is `open_end`.

    Raises ValueError that names the argument.
    """
    if text == open_end:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        expected = f"{open_end} or an instant such as 2026-06-11T19:00:00Z"
        raise ValueError(f"argument --{argument}: expected {expected}, got {text!r}.") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
