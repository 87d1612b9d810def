"""Times of single steps and sizes of messages, which the simulation takes as given."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

MEASURED = Path(__file__).with_name("measured.toml")
_SIGMAS_OF_P99 = 2.326
"""The 99th percentile of the normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """How long a step takes, in seconds: log-normal between its median and its 99th percentile."""

    p50_seconds: float
    p99_seconds: float

    def sample(self, random: Random) -> float:
        """Return the seconds of one such step."""
        sigma = math.log(self.p99_seconds / self.p50_seconds) / _SIGMAS_OF_P99
        return self.p50_seconds * math.exp(sigma * random.gauss(0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Times by step, processor time in seconds, and sizes in bytes; the file says where each comes from."""

    times: Mapping[str, StepTime]
    dispatch_processor_seconds: float
    """For one viewer of `connections`."""
    publish_processor_seconds: float
    """For one audience."""
    components_bytes: int
    audience_bytes: int
    document_bytes: int
    log_bytes_per_invocation: int

    def sample(self, step: str, random: Random) -> float:
        """Return the seconds of one step."""
        return self.times[step].sample(random)


def read_measured() -> Measured:
    """Read `measured.toml`."""
    values: dict[str, Any] = tomllib.loads(MEASURED.read_text())
    sizes, processor = values["sizes"], values["processor"]
    return Measured(
        times={
            name: StepTime(p50_seconds=time["p50_ms"] / 1000, p99_seconds=time["p99_ms"] / 1000)
            for name, time in values["times"].items()
        },
        dispatch_processor_seconds=processor["dispatch_us_per_viewer"] / 1e6,
        publish_processor_seconds=processor["publish_us_per_audience"] / 1e6,
        **{name: size for name, size in sizes.items() if not name.endswith("source")},
    )
