"""A dispatch's entry in the match log: which audiences saw what and why, latencies and failures."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.metrics import Step
from lambdas.logic.buffered_telemetry import BufferedTelemetry
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.dispatch import DecisionLog
from lambdas.logic.ports.operators import MatchLogWriter

MAX_REFUSED = 6
MAX_COHORTS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLog:
    """A decision log that forwards decisions, and adds one entry per task to the match log."""

    decisions: DecisionLog
    match_log: MatchLogWriter
    telemetry: BufferedTelemetry
    clock: Clock

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Forward the decisions of one task, which are all of one version, and log them."""
        self.decisions.record(decisions)
        if not decisions:
            return
        first = decisions[0]
        counts, steps = self.telemetry.drain()
        latencies = {step.value: round(milliseconds, 1) for step, milliseconds in steps.items()}
        now_ms = int(self.clock().timestamp() * 1000)
        key = f"{first['version']:08d}#{now_ms}#{uuid.uuid4().hex[:6]}"
        entry = {
            "kind": "dispatch",
            "id": key,
            "version": first["version"],
            "momentId": first["moment_id"],
            "at": first["decided_at"],
            "viewers": sum(line["viewers"] for line in decisions),
            "rungs": _viewers_by_rung(decisions),
            "counts": {metric.value: int(value) for metric, value in counts.items()},
            "steps": {**_earlier_latencies(first["trace"]), **latencies},
            "cohorts": _largest_audiences(decisions),
        }
        self.match_log.add_entry(first["match_id"], key, entry)


def _earlier_latencies(trace: Mapping[str, int]) -> dict[str, float]:
    pairs = {
        Step.DETECT: ("signalReceivedAt", "momentDetectedAt"),
        Step.CONTEXT: ("momentDetectedAt", "contextBuiltAt"),
        Step.PLAN: ("contextBuiltAt", "plannedAt"),
    }
    return {
        step.value: float(max(0, trace[end] - trace[start]))
        for step, (start, end) in pairs.items()
        if start in trace and end in trace
    }


def _viewers_by_rung(decisions: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    viewers: defaultdict[str, int] = defaultdict(int)
    for line in decisions:
        viewers[line["rung"]] += line["viewers"]
    return dict(viewers)


def _largest_audiences(decisions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the audiences with the most viewers: placements, rung and refused components."""
    largest = sorted(decisions, key=lambda line: -line["viewers"])[:MAX_COHORTS]
    return [
        {
            "cohort": line["cohort"],
            "viewers": line["viewers"],
            "rung": line["rung"],
            "placements": {placed["slot"]: placed["component_id"] for placed in line["placements"]},
            "refused": dict(list(line["refused"].items())[:MAX_REFUSED]),
        }
        for line in largest
    ]
