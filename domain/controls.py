"""Operators' controls of a match: moments on hold, and cancelled moments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.moment import OPERATOR, Moment, MomentType
from domain.validation import Reader, read_text

MAX_HELD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Controls of one match.

    Moments of `held_types` are put on hold (None: no hold, empty: every type); `held` are the moments on
    hold. A moment carries the full state of the match, so a moment after a held one would reveal it and is
    held too. `cancelled` are ids of moments that are ignored in every revision. `revision` only increases.
    """

    match_id: str
    revision: int = 0
    held_types: frozenset[MomentType] | None = None
    held: Mapping[str, Moment] = field(default_factory=dict)
    cancelled: frozenset[str] = frozenset()

    def withholds(self, moment: Moment) -> bool:
        """True if the moment must be put on hold; moments that operators inject never are."""
        if moment.details.get("source") == OPERATOR:
            return False
        if self.held_types is not None and (not self.held_types or moment.type in self.held_types):
            return True
        return any(not moment.is_before(held) for held in self.held.values())

    def forbids(self, moment: Moment | None) -> bool:
        """True if the moment was cancelled, in this or another revision."""
        return moment is not None and moment.root_id in self.cancelled

    def holding(self, moments: Iterable[Moment]) -> "Controls":
        """Return controls with these moments on hold; beyond `MAX_HELD` the earliest in play are dropped.

        No state is lost, because each later moment carries the full state.
        """
        held = {**self.held, **{moment.id: moment for moment in moments}}
        kept = sorted(held.values(), key=lambda moment: (*moment.order, moment.id))[-MAX_HELD:]
        return self._next(held={moment.id: moment for moment in kept})

    def with_hold(self, held_types: frozenset[MomentType] | None) -> "Controls":
        """Return controls with another hold, or none; held moments stay on hold."""
        return self._next(held_types=held_types)

    def without(self, moment_ids: Iterable[str]) -> "Controls":
        """Return controls with these moments no longer on hold."""
        released = set(moment_ids)
        return self._next(
            held={name: moment for name, moment in self.held.items() if name not in released},
        )

    def lifted(self) -> "Controls":
        """Return controls with no hold and no held moments."""
        return self._next(held_types=None, held={})

    def cancelling(self, moment_id: str) -> "Controls":
        """Return controls with this moment cancelled in every revision."""
        root = moment_id.partition("~")[0]
        return self._next(
            cancelled=self.cancelled | {root},
            held={name: moment for name, moment in self.held.items() if moment.root_id != root},
        )

    def _next(self, **changes: Any) -> "Controls":
        return replace(self, revision=self.revision + 1, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; the inverse of `from_dict`."""
        return {
            "match_id": self.match_id,
            "revision": self.revision,
            "held_types": None if self.held_types is None else sorted(self.held_types),
            "held": [moment.to_dict() for moment in self.held.values()],
            "cancelled": sorted(self.cancelled),
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Controls":
        """Read controls; raises InvalidFieldError for the first invalid field."""
        reader = Reader(value, path)
        held = reader.items("held", Moment.from_stored, maximum=MAX_HELD)
        return Controls(
            match_id=reader.text("match_id", max_length=100),
            revision=reader.integer("revision", minimum=0),
            held_types=reader.optional(lambda name: read_types(reader, name), "held_types"),
            held={moment.id: moment for moment in held if moment is not None},
            cancelled=frozenset(reader.items("cancelled", read_text)),
        )


def read_types(reader: Reader, name: str) -> frozenset[MomentType]:
    """Read a list of moment types; an empty list stands for every type."""
    return frozenset(
        reader.items(name, lambda entry, at: Reader({at: entry}).choice(at, MomentType), maximum=50)
    )
