"""What was published of a moment last: enough to publish a revision only when it changes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from domain.moment import RETRACTED, REVISES, Moment, MomentType
from domain.validation import format_instant


@dataclass(slots=True)
class PublishedMoment:
    """The last revision of a moment; `fingerprint` is RETRACTED once it was taken back."""

    fingerprint: str
    revision: int
    type: MomentType
    signal_id: str
    period: int
    clock_seconds: float
    occurred_at: datetime

    @staticmethod
    def of(moment: Moment, fingerprint: str, revision: int) -> "PublishedMoment":
        """Return what is kept of a moment that is published."""
        return PublishedMoment(
            fingerprint=fingerprint,
            revision=revision,
            type=moment.type,
            signal_id=moment.signal_id,
            period=moment.period,
            clock_seconds=moment.clock_seconds,
            occurred_at=moment.occurred_at,
        )

    @property
    def is_retracted(self) -> bool:
        """True if the last revision was a retraction."""
        return self.fingerprint == RETRACTED

    def to_list(self) -> list[Any]:
        """Return the compact JSON-safe form; the inverse of `from_list`."""
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
        """Read what was published from a detector's state."""
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
    """Return the moment under the id of its revision, with the id of the first revision in its details."""
    if revision == 0:
        return moment
    return replace(moment, id=f"{moment.id}~{revision}", details={**moment.details, REVISES: moment.id})


def fingerprint_of(moment: Moment) -> str:
    """Return a digest of everything that viewers see; wall times are no part of it."""
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
