"""How PutEvents' rate, which is that of the whole dataset group, is shared: choices before impressions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.interaction import InteractionType, RecordedInteraction
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.recommendations import RateBudget

LIVE_FOR = timedelta(seconds=10)
"""Impressions that are older are not sent: the next screen has been chosen without them."""
LONGEST_WAIT = timedelta(seconds=5)
"""How long an invocation waits for its turn in all; the stream delivers what is left again."""


def has_choice(call: Sequence[RecordedInteraction]) -> bool:
    """True if a call has a click, a conversion or a dismissal, which the next screen should reflect."""
    return any(event.interaction.type is not InteractionType.IMPRESSION for event in call)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRate:
    """Two budgets of calls a second that all execution environments share.

    Choices wait for their turn. Impressions never do: those without a turn, and old ones, are left out. The
    clickstream has them all, and each training imports it.
    """

    choices: RateBudget
    impressions: RateBudget
    clock: Clock
    sleep: Callable[[float], None]

    def admits_impressions(self, call: Sequence[RecordedInteraction]) -> bool:
        """Take a turn for a call of impressions; False if there is none, or the call is too old."""
        now = self.clock()
        newest = max(event.received_at for event in call)
        return now - newest <= LIVE_FOR and self.impressions.take_token(now)

    def await_choice(self, until: datetime) -> bool:
        """Take a turn for a call with a choice; False if there is none until then."""
        while not self.choices.take_token(now := self.clock()):
            next_second = now.replace(microsecond=0) + timedelta(seconds=1)
            if next_second > until:
                return False
            self.sleep((next_second - now).total_seconds())
        return True
