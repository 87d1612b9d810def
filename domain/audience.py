"""Audiences: viewers who must see the same placements."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from domain.channel import audience_address, named_address
from domain.cohort import Cohort, ViewerTraits
from domain.errors import InvalidFieldError
from domain.validation import Reader, read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Viewers who must see the same: cohort, consents, components blocked by exposure, holdout.

    With `viewer_id` it is one viewer who has a recommendation of their own. An audience that shares a channel
    has no `blocked`: each app applies the limits to what its viewer has seen. The hash is computed once: a
    page needs it several times for each viewer.
    """

    cohort: Cohort
    consents: frozenset[str]
    blocked: tuple[tuple[str, str], ...] = ()
    viewer_id: str | None = None
    holdout: bool = False
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = (self.cohort, self.consents, self.blocked, self.viewer_id, self.holdout)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    @staticmethod
    def of_one(viewer: ViewerTraits) -> "Audience":
        """Return the audience of a viewer who is asked for by name."""
        return Audience(cohort=viewer.cohort, consents=viewer.consents, viewer_id=viewer.viewer_id)

    @property
    def has_cohort_recommendation(self) -> bool:
        """True if the audience's recommendation is its cohort's."""
        return self.viewer_id is None and not self.holdout

    @property
    def traits(self) -> ViewerTraits:
        """What constraints may know about its viewers; the id is empty unless it is one viewer's."""
        return ViewerTraits(viewer_id=self.viewer_id or "", cohort=self.cohort, consents=self.consents)

    def with_consents_in(self, required: Iterable[str]) -> "Audience":
        """Return the audience with those of its consents alone that a rule asks for."""
        return Audience(
            cohort=self.cohort,
            consents=self.consents.intersection(required),
            blocked=self.blocked,
            viewer_id=self.viewer_id,
            holdout=self.holdout,
        )

    def address(self, match_id: str) -> str:
        """Return the address of its channel and of its document in a match."""
        if self.viewer_id is not None:
            return named_address(match_id, self.viewer_id, cohort_key=self.cohort.key, consents=self.consents)
        return audience_address(
            match_id, cohort_key=self.cohort.key, consents=self.consents, holdout=self.holdout
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form without `blocked`; the inverse of `from_dict`."""
        own = {} if self.viewer_id is None else {"viewer_id": self.viewer_id}
        return {
            "cohort": self.cohort.key,
            "consents": sorted(self.consents),
            "holdout": self.holdout,
            **own,
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Audience":
        """Read an audience; raises InvalidFieldError for the first invalid field."""
        reader = Reader(value, path)
        return Audience(
            cohort=_read_cohort(reader, "cohort"),
            consents=frozenset(reader.items("consents", read_text)),
            holdout=reader.boolean("holdout"),
            viewer_id=reader.optional(reader.text, "viewer_id"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAudience:
    """An audience, and about how many viewers it has: passes are counted by samples."""

    audience: Audience
    viewers: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; the inverse of `from_dict`."""
        return {**self.audience.to_dict(), "viewers": self.viewers}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "CountedAudience":
        """Read an audience with its viewers; raises InvalidFieldError for the first invalid field."""
        return CountedAudience(
            audience=Audience.from_dict(value, path),
            viewers=Reader(value, path).integer("viewers", minimum=0),
        )


def _read_cohort(reader: Reader, name: str) -> Cohort:
    text = reader.text(name)
    try:
        return Cohort.from_key(text)
    except ValueError:
        expected = "a cohort's key: favourite team, age band, country and tier, separated by |"
        raise InvalidFieldError(reader.path(name), expected, text) from None
