"""A file of the raw clickstream."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A complete file; `written_at` is when its upload began."""

    key: str
    written_at: datetime
    size_bytes: int
