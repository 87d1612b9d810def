"""A web component of the client: the item that Personalize ranks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.fit import Fit
from domain.json_limits import require_portable, require_size
from domain.remote import Remote
from domain.validation import Reader, read_text


class Slot(StrEnum):
    """Customisable regions of the screen; each shows one component at a time."""

    OVERLAY = "overlay"
    SIDE_PANEL = "side_panel"
    LOWER_THIRD = "lower_third"
    TICKER = "ticker"


FIELDS = (
    "id",
    "type",
    "title",
    "slot",
    "remote",
    "categories",
    "partner",
    "editorial_rank",
    "properties",
    "only_when",
)
MAX_COMPONENTS = 5_000
"""How many components a catalogue may have."""
MAX_PROPERTIES_BYTES = 6_000
MAX_COMPONENT_BYTES = 8_000
"""Compact JSON of one component. A message has at most 15: with the largest of each it is below 128 KB."""


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
        """Read a component to publish; raises InvalidFieldError also for unknown fields and large values."""
        reader = Reader(value, path)
        reader.refuse_others(FIELDS)
        component = _read(value, path, Fit.from_dict, Remote.from_dict)
        require_size(component.properties, reader.path("properties"), MAX_PROPERTIES_BYTES)
        require_size(component.to_dict(), path, MAX_COMPONENT_BYTES)
        return component

    @staticmethod
    def from_stored(value: object, path: str = "") -> "Component":
        """Read a component from our own tables, where another version may have written it."""
        return _read(value, path, Fit.from_stored, Remote.from_stored)


def _read(
    value: object,
    path: str,
    read_fit: Callable[[object, str], Fit],
    read_remote: Callable[[object, str], Remote],
) -> Component:
    reader = Reader(value, path)
    properties = reader.mapping("properties")
    require_portable(properties, reader.path("properties"))
    return Component(
        id=reader.text("id", max_length=256),
        type=reader.text("type", max_length=100),
        title=reader.text("title"),
        slot=reader.choice("slot", Slot),
        remote=reader.nested("remote", read_remote),
        categories=frozenset(reader.items("categories", read_text)),
        partner=reader.optional(reader.text, "partner"),
        editorial_rank=reader.optional(reader.integer, "editorial_rank", minimum=0),
        properties=properties,
        only_when=reader.optional(reader.nested, "only_when", read_fit),
    )
