"""Splits the time from a signal to a screen: the product's own, its waits for services, and the rest.

The product's own time is what its code takes on the path of a delivery. In the functions that is from the
start of the invocation until the next step begins, without the time between a request's arrival at the edge
and its answer. Two spans count wholly, although the twin has a part in them: from the signal to its moment
(the stream and the embedded engine), and from the first post to the reception (the gateway and the sockets).
Waits are the answers of the emulated services. The rest is the time in no function: topics, queues, pollers,
and an invocation that waits for an environment.

If several invocations may have sent a message, the one with the most time of its own counts.
"""

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from local.play.replay.deliveries import Delivery

INGEST, BUILD, DISPATCH = "ingest_feed", "build_context", "dispatch_components"
SEND = "sqs:SendMessageBatch"
SLACK_MS = 2.0
"""The times in messages are whole milliseconds."""


class Parts(NamedTuple):
    """Milliseconds of one delivery."""

    own: float
    waits: float
    total: float

    @property
    def rest(self) -> float:
        """The time in no function."""
        return self.total - self.own - self.waits


class Invocation(NamedTuple):
    """One invocation, in epoch milliseconds."""

    started: float
    ended: float
    environment: str

    def contains(self, instant: float) -> bool:
        """True if the invocation ran at this time."""
        return self.started - SLACK_MS <= instant <= self.ended + SLACK_MS


@dataclass(slots=True)
class Spans:
    """The invocations of each function; each environment's waits, without overlaps, and its calls by name."""

    invocations: defaultdict[str, list[Invocation]] = field(default_factory=lambda: defaultdict(list))
    waits: defaultdict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    calls: defaultdict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, path: Path) -> "Spans":
        """Read the file that `python -m local up --spans` writes."""
        spans = cls()
        recorded = map(json.loads, path.read_text().splitlines())
        for span in sorted(recorded, key=lambda each: float(each["started"])):
            started, ended, environment = span["started"], span["ended"], span["environment"]
            if span["kind"] == "invocation":
                spans.invocations[span["name"]].append(Invocation(started, ended, environment))
                continue
            spans.calls[environment, span["name"]].append(started)
            waits = spans.waits[environment]
            if waits and waits[-1][1] > started:
                waits[-1] = (waits[-1][0], max(waits[-1][1], ended))
            else:
                waits.append((started, ended))
        return spans

    def running(self, function: str, instant: float) -> list[Invocation]:
        """Return the invocations of a function that ran at this time."""
        return [each for each in self.invocations[function] if each.contains(instant)]

    def waited(self, environment: str, start: float, end: float) -> float:
        """Return how much of this time the environment waited for at least one answer."""
        waits = self.waits[environment]
        first = max(0, bisect_left(waits, (start,)) - 1)
        last = bisect_left(waits, (end,))
        return sum(max(0.0, min(ended, end) - max(began, start)) for began, ended in waits[first:last])

    def last_call(self, invocation: Invocation, name: str) -> float | None:
        """Return when the last call of this name began in an invocation."""
        calls = self.calls[invocation.environment, name]
        during = calls[bisect_left(calls, invocation.started) : bisect_right(calls, invocation.ended)]
        return during[-1] if during else None


def split(deliveries: Iterable[Delivery], spans: Spans) -> list[Parts]:
    """Return the parts of each delivery that was pushed; one whose spans are missing is an error."""
    return [
        _split(delivery.path, delivery.started_at, spans)
        for delivery in deliveries
        if delivery.path is not None and delivery.started_at is not None and not delivery.snapshot
    ]


def _split(path: Sequence[float], started_at: float, spans: Spans) -> Parts:
    signalled, detected, built, planned, recommended, received = path
    ingest = spans.running(INGEST, signalled)[0]
    build = spans.running(BUILD, built)[0]
    sent = max(planned, spans.last_call(build, SEND) or planned)
    before = [
        (ingest.environment, signalled, detected),
        (build.environment, build.started, sent),
    ]
    candidates = [
        _sum(
            [*before, (dispatch.environment, dispatch.started, received)],
            received - signalled,
            spans,
        )
        for dispatch in spans.running(DISPATCH, started_at)
        if dispatch.contains(recommended)
    ]
    return max(candidates)


def _sum(worked: Iterable[tuple[str, float, float]], total: float, spans: Spans) -> Parts:
    own = waits = 0.0
    for environment, start, end in worked:
        waited = spans.waited(environment, start, end)
        own += end - start - waited
        waits += waited
    return Parts(own, waits, total)
