"""Telemetry that also keeps counts and latencies, for the match log."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from domain.metrics import Metric, Step
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(slots=True, kw_only=True)
class BufferedTelemetry:
    """Forwards everything, and keeps counts and step latencies until they are drained."""

    telemetry: Telemetry
    _counts: defaultdict[Metric, float] = field(default_factory=lambda: defaultdict(float))
    _steps: defaultdict[Step, float] = field(default_factory=lambda: defaultdict(float))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to a counter."""
        self.telemetry.count(metric, value)
        if value:
            with self._lock:
                self._counts[metric] += value

    def step(self, step: Step, milliseconds: float) -> None:
        """Add to the latency of a step."""
        self.telemetry.step(step, milliseconds)
        with self._lock:
            self._steps[step] += milliseconds

    def info(self, message: str, **facts: object) -> None:
        """Forward a log line."""
        self.telemetry.info(message, **facts)

    def warning(self, message: str, **facts: object) -> None:
        """Forward a warning."""
        self.telemetry.warning(message, **facts)

    def correlate(self, moment_id: str | None) -> None:
        """Forward the correlation id."""
        self.telemetry.correlate(moment_id)

    def drain(self) -> tuple[dict[Metric, float], dict[Step, float]]:
        """Return counts and summed step latencies in milliseconds since the last call, and reset them."""
        with self._lock:
            counts, steps = dict(self._counts), dict(self._steps)
            self._counts.clear()
            self._steps.clear()
        return counts, steps
