"""The effect of an announcement of a match."""

from enum import StrEnum


class Announced(StrEnum):
    """What an announcement did to the match that is stored."""

    NEW = "new"
    CHANGED = "changed"
    STALE = "stale"
    """Nothing: a newer revision has been announced."""
