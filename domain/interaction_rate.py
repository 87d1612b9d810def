"""How many interactions a connection may report."""

from dataclasses import dataclass
from datetime import timedelta

from domain.errors import InvalidFieldError

MAX_AHEAD = timedelta(seconds=5)
"""How far a connection may be ahead of its rate: an app that was offline reports what it has kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRate:
    """Interactions a second of one connection, in all its matches, and those of five seconds at once.

    Each interaction takes its share of a second: a connection is busy until the shares of what it has
    reported are over, and may be busy for five seconds.
    """

    per_second: int

    def __post_init__(self) -> None:
        if self.per_second < 1:
            raise InvalidFieldError("per_second", "at least 1", self.per_second)

    @property
    def at_once(self) -> int:
        """How many an idle connection may report at once."""
        return int(self.per_second * MAX_AHEAD.total_seconds())

    def cost(self, interactions: int) -> timedelta:
        """Return for how long these interactions keep a connection busy."""
        return timedelta(seconds=interactions / self.per_second)
