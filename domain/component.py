"""A web component of the client: the item that Personalize ranks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.fit import Fit
from domain.validation import Reader, read_text


class Slot(StrEnum):
    """Customisable regions of the screen; each shows one component at a time."""

    OVERLAY = "overlay"
    SIDE_PANEL = "side_panel"
    LOWER_THIRD = "lower_third"
    TICKER = "ticker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where the client loads the micro-frontend from, and its hash for Subresource Integrity."""

    url: str
    module: str
    integrity: str

    def to_dict(self) -> dict[str, str]:
        """Return `{"url", "module", "integrity"}`."""
        return {"url": self.url, "module": self.module, "integrity": self.integrity}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Remote":
        """Read a remote."""
        reader = Reader(value, path)
        return Remote(
            url=reader.text("url"), module=reader.text("module"), integrity=reader.text("integrity")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One web component; constraints select by `categories` (betting, advert, food, engagement ...).

    `editorial_rank` orders the editorial default, lowest first; components without one are not part of it.
    `only_when` says when the component makes sense; without it, it always does.
    """

    id: str
    type: str
    title: str
    slot: Slot
    remote: Remote
    categories: frozenset[str] = field(default=frozenset())
    partner: str | None = None
    editorial_rank: int | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    only_when: Fit | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form without absent fields; the inverse of `from_dict`."""
        fields: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "title": self.title,
            "slot": self.slot.value,
            "remote": self.remote.to_dict(),
            "categories": sorted(self.categories),
            "partner": self.partner,
            "editorial_rank": self.editorial_rank,
            "properties": self.properties,
            "only_when": self.only_when and self.only_when.to_dict(),
        }
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Component":
        """Read a component; raises InvalidFieldError for the first invalid field."""
        return _read(value, path, Fit.from_dict)

    @staticmethod
    def from_stored(value: object, path: str = "") -> "Component":
        """Read a component from our own tables, where a newer version may have written its fit."""
        return _read(value, path, Fit.from_stored)


def _read(value: object, path: str, read_fit: Callable[[object, str], Fit]) -> Component:
    reader = Reader(value, path)
    return Component(
        id=reader.text("id", max_length=256),
        type=reader.text("type", max_length=100),
        title=reader.text("title"),
        slot=reader.choice("slot", Slot),
        remote=reader.nested("remote", Remote.from_dict),
        categories=frozenset(reader.items("categories", read_text)),
        partner=reader.optional(reader.text, "partner"),
        editorial_rank=reader.optional(reader.integer, "editorial_rank", minimum=0),
        properties=reader.mapping("properties"),
        only_when=reader.optional(reader.nested, "only_when", read_fit),
    )
