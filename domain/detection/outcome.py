"""What one signal led to."""

from dataclasses import dataclass
from enum import StrEnum

from domain.moment import Moment


class Verdict(StrEnum):
    """What became of a signal."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """Its id was seen before; nothing happened again."""
    LATE = "late"
    """It is older than the allowed lateness, or its match is over; it belongs to the dead letters."""
    OVERFLOW = "overflow"
    """The match has more entries, or sources of posts, than any real one; it belongs to the dead letters."""


REFUSALS = {
    Verdict.LATE: "later than the allowed lateness, or after its match was over",
    Verdict.OVERFLOW: "more entries, or more sources of posts, than any match has",
}
"""Why a signal goes to the dead letters, in words."""


class Part(StrEnum):
    """The parts of an engine's state, which change apart: a count of posts leaves the feed's as it was."""

    FEED = "feed"
    CROWD = "crowd"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one signal led to; `changed` names the parts of which a checkpoint would lose what matters."""

    moments: tuple[Moment, ...] = ()
    verdict: Verdict = Verdict.ACCEPTED
    changed: frozenset[Part] = frozenset()
