"""A task: send one context version to some shards of a match's subscribers, or to some audiences."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from domain.audience import CountedAudience
from domain.context import MatchContext
from domain.errors import InvalidFieldError
from domain.salience import SALIENCE
from domain.validation import Reader

LONGEST_PICTURE_DELAY = timedelta(minutes=1)
"""How far behind the match a viewer's picture is assumed to be at most."""
VALID_WITHOUT_HEADLINE = timedelta(minutes=10)
SUBSCRIBERS_PER_TASK = 250
"""A task for so many subscribers reads them in about one page."""
MAX_SHARDS_PER_TASK = 8
"""A task reads its shards one after another, and each takes some ten milliseconds."""
MAX_AUDIENCES_PER_TASK = 8
"""A task asks for the rankings of its audiences together, and publishes them at the same time."""


def task_count(subscribers: int, shards: int) -> int:
    """Return how many tasks send a version to about so many subscribers; one per shard if none is known."""
    if not subscribers:
        return shards
    wanted = max(ceil(subscribers / SUBSCRIBERS_PER_TASK), ceil(shards / MAX_SHARDS_PER_TASK))
    return min(shards, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchTask:
    """Send this context to this shard; the task carries the context, so every version is sent as written.

    `further_shards` are dispatched by the same invocation afterwards. Each shard is claimed by itself, so it
    does not matter which task names it. In delivery mode `broadcast` a task names `audiences` instead, and
    `viewers` is about how many viewers the match has.

    `trace` holds the times of the steps so far in epoch milliseconds: momentOccurredAt, signalReceivedAt,
    momentDetectedAt, contextBuiltAt and plannedAt.
    """

    context: MatchContext
    shard: int = 0
    trace: Mapping[str, int] = field(default_factory=dict)
    further_shards: tuple[int, ...] = ()
    audiences: tuple[CountedAudience, ...] = ()
    viewers: int = 0

    @property
    def target(self) -> str:
        """What the version is sent to, for log lines."""
        return f"{len(self.audiences)} audiences" if self.audiences else f"shard {self.shard}"

    @property
    def is_planned(self) -> bool:
        """False for the first task of a new audience, which the planner of versions has not sent."""
        return "plannedAt" in self.trace

    def of_each_shard(self) -> "tuple[DispatchTask, ...]":
        """Return a task for each shard of this one."""
        shards = (self.shard, *self.further_shards)
        return tuple(replace(self, shard=shard, further_shards=()) for shard in shards)

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
            "further_shards": list(self.further_shards),
            "context": replace(self.context, seen=()).to_dict(),
            "trace": dict(self.trace),
            "audiences": [each.to_dict() for each in self.audiences],
            "viewers": self.viewers,
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
            further_shards=reader.items("further_shards", _read_shard),
            audiences=_read_audiences(reader),
            viewers=reader.integer("viewers", minimum=0) if reader.has("viewers") else 0,
        )


def _read_shard(value: object, path: str) -> int:
    return Reader({path: value}).integer(path, minimum=0)


def _read_audiences(reader: Reader) -> tuple[CountedAudience, ...]:
    """Return the audiences; none in a task that an earlier version of the code has sent."""
    if not reader.has("audiences"):
        return ()
    return reader.items("audiences", CountedAudience.from_dict, maximum=MAX_AUDIENCES_PER_TASK)
