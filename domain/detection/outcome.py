"""The outcome of one signal."""

from dataclasses import dataclass
from enum import StrEnum

from domain.moment import Moment
from domain.signal import Signal


class Verdict(StrEnum):
    """What became of a signal."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    """It corrects an entry that has not come yet; it applies when that comes."""
    DUPLICATE = "duplicate"
    """It was received before, or repeats what an entry says already."""
    STALE = "stale"
    """The provider's revision is older than one that was received."""
    LATE = "late"
    """It is older than the allowed lateness, or its match is closed; it goes to the dead letters."""
    OVERFLOW = "overflow"
    """The match has more entries, or sources of posts, than any real one; it goes to the dead letters."""
    REFUSED = "refused"
    """It corrects an entry that it cannot apply to; it goes to the dead letters."""


REFUSALS = {
    Verdict.LATE: "later than the allowed lateness, or after its match was closed",
    Verdict.OVERFLOW: "more entries, or more sources of posts, than any match has",
    Verdict.REFUSED: "cannot apply to the entry that it names",
}
"""The verdicts that send a signal to the dead letters, with the reason unless the outcome names another."""


class Part(StrEnum):
    """The parts of an engine's state; a checkpoint stores only those that changed."""

    MOMENTUM = "momentum"
    FEED = "feed"
    CROWD = "crowd"
    BROADCAST = "broadcast"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A signal that goes to the dead letters, and why."""

    signal: Signal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The moments and the verdict of one signal; `changed` names the parts that a checkpoint must store.

    `late_refusals` are signals that waited for this one and now cannot apply.
    """

    moments: tuple[Moment, ...] = ()
    verdict: Verdict = Verdict.ACCEPTED
    changed: frozenset[Part] = frozenset()
    reason: str | None = None
    late_refusals: tuple[Refusal, ...] = ()

    @property
    def refusal(self) -> str | None:
        """Return why the signal goes to the dead letters; None if it does not."""
        return self.reason or REFUSALS.get(self.verdict)
