"""How far the dispatch of a version to a shard has come."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCheckpoint:
    """The position in the shard, and the connections before it that do not have the version.

    `position` is the last connection of the pages processed so far, None before the first; these pages had
    `found` subscribers, None if that is not known. `owed` could not be reached, or wait for the account's
    rate; the clients of `unread` do not read what they are sent.
    """

    position: str | None = None
    owed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    found: int | None = None
