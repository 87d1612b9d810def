"""Channels: their syntax, and that of subscriptions to them.

A channel has one to five segments of at most 50 letters, digits and dashes; the first names the namespace. A
subscription may end with `/*`, which stands for any segments.
Source: AWS documentation, "Understanding channel namespaces".
"""

import re

_SEGMENT = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?"
_PATH = rf"/?({_SEGMENT}(?:/{_SEGMENT}){{0,4}})"
_CHANNEL = re.compile(rf"{_PATH}/?")
_PATTERN = re.compile(rf"{_PATH}(/\*)?/?")


def read_channel(text: object) -> str | None:
    """Return the normal form of a channel (`/namespace/segment`), or None if a text is not one."""
    matched = _CHANNEL.fullmatch(text) if isinstance(text, str) else None
    return None if matched is None else f"/{matched[1]}"


def read_pattern(text: object) -> str | None:
    """Return the normal form of what may be subscribed to, or None if a text is not that."""
    matched = _PATTERN.fullmatch(text) if isinstance(text, str) else None
    return None if matched is None else f"/{matched[1]}{matched[2] or ''}"


def namespace_of(channel: str) -> str:
    """Return the namespace of a channel or a pattern in normal form."""
    return channel.split("/", 2)[1]
