"""The task to deliver one context version to one shard of a match's subscribers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.context import MatchContext
from domain.errors import InvalidFieldError
from domain.validation import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchTask:
    """A context to deliver to a shard; the task carries it, so that each version is delivered as it was.

    `trace` holds the epoch milliseconds of the steps so far: momentOccurredAt, signalReceivedAt,
    momentDetectedAt, contextBuiltAt and plannedAt.
    """

    context: MatchContext
    shard: int
    trace: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the message of the queue: JSON-safe, without the ids of the moments merged."""
        return {
            "match_id": self.context.match_id,
            "version": self.context.version,
            "moment_id": self.context.cause_id,
            "shard": self.shard,
            "context": replace(self.context, seen=()).to_dict(),
            "trace": dict(self.trace),
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "DispatchTask":
        """Read a task of our own queue; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, path)
        trace = reader.mapping("trace")
        for name, at_ms in trace.items():
            if not isinstance(at_ms, int) or isinstance(at_ms, bool):
                raise InvalidFieldError(reader.path(f"trace.{name}"), "epoch milliseconds", at_ms)
        return DispatchTask(
            context=reader.nested("context", MatchContext.from_stored),
            shard=reader.integer("shard", minimum=0),
            trace=trace,
        )
