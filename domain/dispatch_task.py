"""A task: send one context version to one shard of a match's subscribers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.context import MatchContext
from domain.errors import InvalidFieldError
from domain.salience import SALIENCE
from domain.validation import Reader

LONGEST_PICTURE_DELAY = timedelta(minutes=1)
"""How far behind the match a viewer's picture is assumed to be at most."""
VALID_WITHOUT_HEADLINE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchTask:
    """Send this context to this shard; the task carries the context, so every version is sent as written.

    `trace` holds the times of the steps so far in epoch milliseconds: momentOccurredAt, signalReceivedAt,
    momentDetectedAt, contextBuiltAt and plannedAt.
    """

    context: MatchContext
    shard: int
    trace: Mapping[str, int] = field(default_factory=dict)

    def expires_at(self, sent_at: datetime) -> datetime:
        """Return when the version of a task sent at this time is no longer shown on any screen."""
        headline = self.context.headline
        if headline is None:
            return sent_at + VALID_WITHOUT_HEADLINE
        valid = timedelta(seconds=SALIENCE[headline.type].valid_seconds)
        return sent_at + valid + LONGEST_PICTURE_DELAY

    def to_dict(self) -> dict[str, Any]:
        """Return the queue's message, without the ids of merged moments."""
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
        """Read a task of the dispatch queue; raises InvalidFieldError for the first invalid field."""
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
