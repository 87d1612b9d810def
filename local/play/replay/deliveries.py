"""What arrived at the viewers' sockets, kept compact for thousands of viewers, and its summary."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from domain.metrics import Step
from domain.placement import Rung
from local.play.replay.screen import Reception

_PATH = ("signalReceivedAt", "momentDetectedAt", "contextBuiltAt", "plannedAt", "recommendedAt")


class Delivery(NamedTuple):
    """One `components` message at one socket; times are epoch milliseconds.

    `path` has the times of the steps and ends at the reception. `started_at` is when the dispatch began to
    find recommendations.
    """

    viewer: int
    match_id: str
    version: int
    received_at: float
    snapshot: bool
    reception: Reception
    rung: str
    path: tuple[float, ...] | None
    started_at: float | None


class DeliveryLog:
    """Every delivery to a set of viewers, and the errors on their sockets."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.placements_by_rung: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.interactions: Counter[str] = Counter()
        self.viewers = 0
        self.reconnections = 0

    def add(
        self, viewer: int, message: Mapping[str, Any], reception: Reception, received_at: float
    ) -> Delivery:
        """Record a received `components` message."""
        rungs = [placement["rung"] for placement in message["placements"]]
        delivery = Delivery(
            viewer=viewer,
            match_id=message["matchId"],
            version=message["version"],
            received_at=received_at,
            snapshot=bool(message.get("snapshot")),
            reception=reception,
            rung=rungs[0] if rungs else Rung.KEEP.value,
            path=_path(message.get("trace") or {}, received_at),
            started_at=(message.get("trace") or {}).get("startedAt"),
        )
        self.deliveries.append(delivery)
        if reception is Reception.SHOWN:
            self.placements_by_rung.update(rungs)
            self.placements_by_rung.update(placement["rung"] for placement in message.get("afterwards", ()))
        return delivery

    def merge(self, other: "DeliveryLog") -> None:
        """Add the records of another log."""
        self.deliveries += other.deliveries
        self.placements_by_rung += other.placements_by_rung
        self.errors += other.errors
        self.interactions += other.interactions
        self.viewers += other.viewers
        self.reconnections += other.reconnections

    def deliveries_summary(self) -> dict[str, Any]:
        """Return the receiving side of the report's `deliveries`; `delivered` does not count snapshots."""
        pushed = [delivery for delivery in self.deliveries if not delivery.snapshot]
        received = Counter(delivery.reception for delivery in self.deliveries)
        shown = [delivery for delivery in self.deliveries if delivery.reception is Reception.SHOWN]
        by_rung = Counter(delivery.rung for delivery in shown)
        return {
            "viewers": self.viewers,
            "delivered": len(pushed),
            "snapshots": len(self.deliveries) - len(pushed),
            "duplicates": received[Reception.DUPLICATE],
            "stale_dropped": received[Reception.STALE],
            "by_rung": {rung.value: by_rung[rung.value] for rung in Rung},
            "placements_by_rung": {rung.value: self.placements_by_rung[rung.value] for rung in Rung},
            "interactions": dict(self.interactions),
            "reconnections": self.reconnections,
            "errors": dict(self.errors),
        }

    def latency_summary(self) -> dict[str, Any]:
        """Return the report's `latency_ms` over the pushes that were shown: the total and each step."""
        paths = [
            delivery.path
            for delivery in self.deliveries
            if delivery.path is not None and not delivery.snapshot and delivery.reception is Reception.SHOWN
        ]
        total = percentiles(path[-1] - path[0] for path in paths)
        steps = {
            step.value: percentiles(path[index + 1] - path[index] for path in paths)
            for index, step in enumerate(Step)
        }
        return {
            "moment_to_screen": total,
            "by_step": {step: found["p50"] for step, found in steps.items()},
            "by_step_p99": {step: found["p99"] for step, found in steps.items()},
        }


def percentiles(milliseconds: Iterable[float]) -> dict[str, float | None]:
    """Return p50, p95, p99 and the maximum of durations; None for each if there are none."""
    values = np.fromiter(milliseconds, dtype=float)
    if not values.size:
        return dict.fromkeys(("p50", "p95", "p99", "max"))
    p50, p95, p99 = np.percentile(values, (50, 95, 99))
    rounded = (round(float(value), 1) for value in (p50, p95, p99, values.max()))
    return dict(zip(("p50", "p95", "p99", "max"), rounded, strict=True))


def _path(trace: Mapping[str, float], received_at: float) -> tuple[float, ...] | None:
    times = tuple(trace.get(name) for name in _PATH)
    if any(time is None for time in times):
        return None
    return (*(time for time in times if time is not None), received_at)
