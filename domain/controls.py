"""What the night's operator has decided for a match: which moments wait, and which never come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.moment import OPERATOR, Moment, MomentType
from domain.validation import Reader, read_text

MOST_HELD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Holds of one match: `held_types` must wait (None: no hold, empty: every type), `held` do wait.

    A moment carries the whole state of the match, so one that comes after a held one would tell what is held:
    it waits too. `cancelled` are the ids of moments that never come, in no revision. `revision` only grows.
    """

    match_id: str
    revision: int = 0
    held_types: frozenset[MomentType] | None = None
    held: Mapping[str, Moment] = field(default_factory=dict)
    cancelled: frozenset[str] = frozenset()

    def withholds(self, moment: Moment) -> bool:
        """Whether the moment must wait; an operator's own word never does."""
        if moment.details.get("source") == OPERATOR:
            return False
        if self.held_types is not None and (not self.held_types or moment.type in self.held_types):
            return True
        return any(not moment.is_before(waiting) for waiting in self.held.values())

    def forbids(self, moment: Moment) -> bool:
        """Whether the moment was cancelled, in this or another revision."""
        return moment.root_id in self.cancelled

    def holding(self, moments: Iterable[Moment]) -> "Controls":
        """With these moments waiting; beyond the most that are kept the oldest in play give way.

        That loses no state: each later moment carries the whole of it.
        """
        waiting = {**self.held, **{moment.id: moment for moment in moments}}
        kept = sorted(waiting.values(), key=lambda moment: (*moment.order, moment.id))[-MOST_HELD:]
        return self._next(held={moment.id: moment for moment in kept})

    def with_hold(self, held_types: frozenset[MomentType] | None) -> "Controls":
        """With another hold, or none; what waits goes on waiting."""
        return self._next(held_types=held_types)

    def without(self, moment_ids: Iterable[str]) -> "Controls":
        """With these moments no longer waiting."""
        gone = set(moment_ids)
        return self._next(
            held={name: moment for name, moment in self.held.items() if name not in gone},
        )

    def lifted(self) -> "Controls":
        """With no hold, and nothing waiting."""
        return self._next(held_types=None, held={})

    def cancelling(self, moment_id: str) -> "Controls":
        """With this moment cancelled in every revision."""
        root = moment_id.partition("~")[0]
        return self._next(
            cancelled=self.cancelled | {root},
            held={name: moment for name, moment in self.held.items() if moment.root_id != root},
        )

    def _next(self, **changes: Any) -> "Controls":
        return replace(self, revision=self.revision + 1, **changes)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form; the inverse of `from_dict`."""
        return {
            "match_id": self.match_id,
            "revision": self.revision,
            "held_types": None if self.held_types is None else sorted(self.held_types),
            "held": [moment.to_dict() for moment in self.held.values()],
            "cancelled": sorted(self.cancelled),
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Controls":
        """Read controls; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, path)
        held = reader.items("held", Moment.from_stored, maximum=MOST_HELD)
        return Controls(
            match_id=reader.text("match_id", max_length=100),
            revision=reader.integer("revision", minimum=0),
            held_types=reader.optional(lambda name: read_types(reader, name), "held_types"),
            held={moment.id: moment for moment in held if moment is not None},
            cancelled=frozenset(reader.items("cancelled", read_text)),
        )


def read_types(reader: Reader, name: str) -> frozenset[MomentType]:
    """A list of moment types; an empty one stands for every type."""
    return frozenset(
        reader.items(name, lambda entry, at: Reader({at: entry}).choice(at, MomentType), maximum=50)
    )
