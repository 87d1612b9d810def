"""What was said about a moment already, so that it is said again only when it changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from domain.moment import Moment, MomentType
from domain.validation import format_instant

RETRACTED = "retracted"
"""Fingerprint of a moment that an entry out of order made untrue, and the key in its details that says so."""
REVISES = "revises"
"""The key in a moment's details that names the moment it replaces."""


@dataclass(slots=True)
class PublishedMoment:
    """What was said about a moment last: enough to say it again when an entry out of order changes it."""

    fingerprint: str
    revision: int
    type: MomentType
    signal_id: str
    period: int
    clock_seconds: float
    occurred_at: datetime

    def to_list(self) -> list[Any]:
        """Compact JSON-safe form; the inverse of `from_list`."""
        return [
            self.fingerprint,
            self.revision,
            self.type.value,
            self.signal_id,
            self.period,
            self.clock_seconds,
            format_instant(self.occurred_at),
        ]

    @staticmethod
    def from_list(value: Sequence[Any]) -> "PublishedMoment":
        """Read what was told from a detector's state."""
        fingerprint, revision, moment_type, signal_id, period, clock_seconds, occurred_at = value
        return PublishedMoment(
            fingerprint=fingerprint,
            revision=revision,
            type=MomentType(moment_type),
            signal_id=signal_id,
            period=period,
            clock_seconds=clock_seconds,
            occurred_at=datetime.fromisoformat(occurred_at).astimezone(UTC),
        )


def revised(moment: Moment, revision: int) -> Moment:
    """The moment under an id of its own revision, naming the moment that it replaces."""
    if revision == 0:
        return moment
    return replace(moment, id=f"{moment.id}~{revision}", details={**moment.details, REVISES: moment.id})


def fingerprint_of(moment: Moment) -> str:
    """What must not change unsaid: everything but times of the wall clock."""
    content = (
        moment.score.home,
        moment.score.away,
        moment.home_sent_off,
        moment.away_sent_off,
        moment.side,
        moment.player,
        moment.penalty,
        moment.period,
        moment.clock_seconds,
        sorted(moment.details.items()),
    )
    return hashlib.blake2b(repr(content).encode(), digest_size=6).hexdigest()
