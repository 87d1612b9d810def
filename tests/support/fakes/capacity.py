"""A campaign, a dispatch and windows of capacity in memory, on a clock of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.capacity_window import CapacityWindow, Provisioned

UPDATE_TAKES = timedelta(minutes=10)


class InMemoryCapacityWindows:
    """Windows by name."""

    def __init__(self) -> None:
        self.windows: dict[str, CapacityWindow] = {}

    def put_window(self, window: CapacityWindow) -> None:
        self.windows[window.name] = window

    def windows_at(self, now: datetime) -> Sequence[CapacityWindow]:
        return [window for window in self.windows.values() if window.contains(now)]


class SlowCampaign:
    """A campaign whose changes take ten minutes, and that refuses others meanwhile."""

    def __init__(self, now: datetime, rate: int) -> None:
        self.now = now
        self.rate = rate
        self.is_deployed = True
        self.refuses_next = False
        """True if somebody else changes the campaign between a look at it and a change."""
        self.refused: list[datetime] = []
        self.asked: list[tuple[datetime, int]] = []
        self._next_rate = rate
        self._changing_until = now

    def provisioned(self) -> Provisioned | None:
        if not self.is_deployed:
            return None
        is_changing = self.now < self._changing_until
        if not is_changing:
            self.rate = self._next_rate
        return Provisioned(amount=self.rate, is_changing=is_changing)

    def provision(self, minimum_transactions_per_second: int) -> None:
        if self.refuses_next:
            self.refuses_next = False
            self.publish()
        if self.now < self._changing_until:
            self.refused.append(self.now)
            return
        self.asked.append((self.now, minimum_transactions_per_second))
        self._change(minimum_transactions_per_second)

    def publish(self) -> None:
        """Deploy another solution version, at the same rate."""
        self._change(self._next_rate)

    def _change(self, rate: int) -> None:
        self._next_rate, self._changing_until = rate, self.now + UPDATE_TAKES


class InstantDispatch:
    """Environments that are ready at once."""

    def __init__(self) -> None:
        self.environments = 0

    def ready(self) -> Provisioned:
        return Provisioned(amount=self.environments, is_changing=False)

    def keep_ready(self, environments: int) -> None:
        self.environments = environments
