"""A clock that stands still, and telemetry that is recorded."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.metrics import Metric, Step
from tests.support.builders import KICK_OFF


class FrozenClock:
    """A clock that moves only when it is set, or by `sleep`."""

    def __init__(self, now: datetime = KICK_OFF) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class RecordedTelemetry:
    counts: dict[str, float] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def count(self, metric: Metric, value: float = 1) -> None:
        self.counts[metric] = self.counts.get(metric, 0) + value

    def step(self, step: Step, milliseconds: float) -> None:
        self.steps.append(step)

    def info(self, message: str, **facts: object) -> None:
        pass

    def warning(self, message: str, **facts: object) -> None:
        self.warnings.append(message)

    def correlate(self, moment_id: str | None) -> None:
        pass
