"""When files must have arrived for a run to read them: since an instant, and before another one."""

from datetime import UTC, datetime

WHOLE_HISTORY = "always"
UP_TO_DATE = "now"
"""Glue takes no empty arguments: these say that an end of the span is open."""


def instant(argument: str, text: str, *, but: str) -> datetime | None:
    """An argument that is an instant, in UTC unless it says otherwise; None if it is `but`.

    Raises ValueError that names the argument.
    """
    if text == but:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        expected = f"{but} or an instant such as 2026-06-11T19:00:00Z"
        raise ValueError(f"argument --{argument}: expected {expected}, got {text!r}.") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
