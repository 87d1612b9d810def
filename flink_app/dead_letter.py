"""Refused records, kept with the reason."""

from dataclasses import dataclass

from domain import dead_letter

SOURCE = "analytics"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter(dead_letter.DeadLetter):
    """A record that the detectors refused."""

    source: str = SOURCE
