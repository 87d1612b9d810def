"""The arrivals of each mode: many viewers in a minute, and everybody after an outage."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from domain.delivery_mode import DeliveryMode
from domain.reconnect import CONNECTIONS_PER_SECOND, reconnect_window_seconds
from local.account.plan.measured import Measured
from local.account.plan.simulation.arrivals import ArrivalOutcome, ArrivalRun, Limit, Step
from local.account.plan.stage_capacity import StageCapacity
from local.account.preflight.demand import CHANNELS, DOCUMENTS
from local.account.preflight.quota import Quota

FIRST_WINDOW_SECONDS = 10.0
"""The window of an app that was told none yet, as in `client/sdk/src/connection.ts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalPlans:
    """Arrivals in a stage with these quotas."""

    capacity: StageCapacity
    measured: Measured
    quotas: dict[str, Quota]

    def come_in(self, mode: DeliveryMode, viewers: int, within_seconds: float) -> ArrivalOutcome:
        """Return how viewers come in who open their apps within some seconds.

        On channels the stage is taken to have them as its `expected_viewers`.
        """
        is_broadcast = mode is DeliveryMode.BROADCAST
        spread = ceil(viewers / self.capacity.joins_per_second) if is_broadcast else 0
        return self._play(mode, viewers, within_seconds, spread)

    def come_back(self, mode: DeliveryMode, viewers: int) -> ArrivalOutcome:
        """Return how all viewers come back whose connections end in one instant."""
        is_broadcast = mode is DeliveryMode.BROADCAST
        per_second = self.capacity.joins_per_second if is_broadcast else CONNECTIONS_PER_SECOND
        spread = reconnect_window_seconds(viewers, per_second=per_second)
        return self._play(mode, viewers, 0.0, spread)

    def _play(
        self, mode: DeliveryMode, viewers: int, within_seconds: float, spread_seconds: float
    ) -> ArrivalOutcome:
        is_broadcast = mode is DeliveryMode.BROADCAST
        return ArrivalRun(
            measured=self.measured,
            viewers=viewers,
            within_seconds=within_seconds,
            spread_seconds=spread_seconds,
            steps=self._broadcast_steps() if is_broadcast else self._connection_steps(),
            limits=self._limits(mode),
            retry_window_seconds=max(FIRST_WINDOW_SECONDS, spread_seconds),
        ).play()

    def _connection_steps(self) -> Sequence[Step]:
        connect = self._seconds("authorizer") + self._seconds("table_call")
        return [
            Step(name="connect", draws_on={"new_connections": 1, "lambda_concurrency": connect}),
            Step(
                name="subscribe",
                draws_on={"gateway_requests": 1, "lambda_concurrency": self._seconds("subscribe")},
            ),
        ]

    def _broadcast_steps(self) -> Sequence[Step]:
        return [
            Step(
                name="pass",
                draws_on={"joins": 1, "gateway_requests": 1, "lambda_concurrency": self._seconds("pass")},
            ),
            Step(
                name="connect",
                draws_on={"channel_connects": 1, "lambda_concurrency": self._seconds("authorizer")},
            ),
            Step(
                name="channel_subscribe",
                draws_on={"lambda_concurrency": CHANNELS * self._seconds("authorizer")},
            ),
            Step(name="document", draws_on={"edge_requests": DOCUMENTS}),
        ]

    def _limits(self, mode: DeliveryMode) -> Sequence[Limit]:
        def limit(name: str, less: float = 0.0) -> Limit:
            value = max(1.0, self.quotas[name].default - less)
            return Limit(name=name, per_second=value, burst=value)

        functions = limit("lambda_concurrency", self.capacity.reserved_concurrency)
        if mode is DeliveryMode.CONNECTIONS:
            # Posts to viewers have their part of the account's requests.
            requests = limit("gateway_requests", self.capacity.posts_per_second)
            return [limit("new_connections"), requests, functions]
        named = ("gateway_requests", "channel_connects", "edge_requests")
        joins = self.capacity.joins_per_second
        return [
            Limit(name="joins", per_second=joins, burst=joins),  # the throttle of the route
            functions,
            *(limit(name) for name in named),
        ]

    def _seconds(self, step: str) -> float:
        return self.measured.times[step].p50_seconds
