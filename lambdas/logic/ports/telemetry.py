"""Metrics and logs."""

from typing import Protocol

from domain.metrics import Metric, Step


class Telemetry(Protocol):
    """Counters, step latencies and log lines."""

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to a counter."""

    def step(self, step: Step, milliseconds: float) -> None:
        """Record the latency of a step."""

    def info(self, message: str, **facts: object) -> None:
        """Log an event of normal operation."""

    def warning(self, message: str, **facts: object) -> None:
        """Log a fault from which the function recovered."""

    def correlate(self, moment_id: str | None) -> None:
        """Set the moment's id as the correlation id of the following log lines."""
