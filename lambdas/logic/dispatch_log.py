"""What a dispatch leaves for the operators: who saw what and why, how long it took, what went wrong."""

import threading
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.metrics import Metric, Step
from lambdas.logic.control_ports import MatchLogWriter
from lambdas.logic.ports import Clock, DecisionLog, Telemetry

REFUSED_SHOWN = 6
COHORTS_SHOWN = 40


@dataclass(slots=True, kw_only=True)
class BufferedTelemetry:
    """Passes everything on, and remembers counts and step latencies until somebody takes them."""

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
        """Pass a fact on."""
        self.telemetry.info(message, **facts)

    def warn(self, message: str, **facts: object) -> None:
        """Pass a fault on."""
        self.telemetry.warn(message, **facts)

    def about(self, moment_id: str | None) -> None:
        """Pass the moment on."""
        self.telemetry.about(moment_id)

    def drain(self) -> tuple[dict[Metric, float], dict[Step, float]]:
        """Counts and step latencies (ms, pages of one task added up) since they were last taken."""
        with self._lock:
            counts, steps = dict(self._counts), dict(self._steps)
            self._counts.clear()
            self._steps.clear()
        return counts, steps


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLog:
    """A decision log that passes decisions on and keeps one entry of each task for the operators."""

    decisions: DecisionLog
    match_log: MatchLogWriter
    telemetry: BufferedTelemetry
    clock: Clock

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Write decisions on; one task's decisions are all of one version. A loss fails nothing."""
        self.decisions.record(decisions)
        if not decisions:
            return
        first = decisions[0]
        counts, steps = self.telemetry.drain()
        now_ms = int(self.clock().timestamp() * 1000)
        key = f"{first['version']:08d}#{now_ms}#{uuid.uuid4().hex[:6]}"
        entry = {
            "kind": "dispatch",
            "id": key,
            "version": first["version"],
            "momentId": first["moment_id"],
            "at": first["decided_at"],
            "viewers": sum(line["viewers"] for line in decisions),
            "rungs": _rungs(decisions),
            "counts": {metric.value: int(value) for metric, value in counts.items()},
            "steps": _earlier_steps(first["trace"])
            | {step.value: round(ms, 1) for step, ms in steps.items()},
            "cohorts": _cohorts(decisions),
        }
        self.match_log.add_entry(first["match_id"], key, entry)


def _earlier_steps(trace: Mapping[str, int]) -> dict[str, float]:
    pairs = {
        "detect": ("signalReceivedAt", "momentDetectedAt"),
        "context": ("momentDetectedAt", "contextBuiltAt"),
        "plan": ("contextBuiltAt", "plannedAt"),
    }
    return {
        step: float(max(0, trace[end] - trace[start]))
        for step, (start, end) in pairs.items()
        if start in trace and end in trace
    }


def _rungs(decisions: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    rungs: defaultdict[str, int] = defaultdict(int)
    for line in decisions:
        rungs[line["rung"]] += line["viewers"]
    return dict(rungs)


def _cohorts(decisions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The groups with the most viewers: what they see, on which rung, and what was refused them."""
    largest = sorted(decisions, key=lambda line: -line["viewers"])[:COHORTS_SHOWN]
    return [
        {
            "cohort": line["cohort"],
            "viewers": line["viewers"],
            "rung": line["rung"],
            "placements": {placed["slot"]: placed["component_id"] for placed in line["placements"]},
            "refused": dict(list(line["refused"].items())[:REFUSED_SHOWN]),
        }
        for line in largest
    ]
