"""Reading a detector's state of the first version, which knew signals where this one knows entries."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.detection.entry_log import ANY_SOURCE, EntryLog
from domain.match_event import MatchEvent
from domain.signal import Signal, SignalKind
from domain.validation import Reader

FIRST_VERSION = 1


def from_first_version(match_id: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state of the first version in the form of the second.

    Its entries have no source, so they are those of any source. Their moments keep their ids, which were
    made of the ids of signals.
    """
    log = EntryLog(match_id)
    for signal, match_event in _entries(match_id, state):
        log.add(signal, match_event)
    clock = state["clock"]
    return {
        "version": 2,
        "closed": state["let_go"],
        "time": state["time"],
        "clock": {
            **clock,
            "furthest_ordinary": clock["furthest"],
            "began_at_ordinary": clock["began_at"],
        },
        "log": log.state(),
        "published": state["told"],
    }


def _entries(match_id: str, state: Mapping[str, Any]) -> Iterator[tuple[Signal, MatchEvent]]:
    for value in state["entries"]:
        reader = Reader(value, "state.entries")
        match_event = reader.nested("match_event", MatchEvent.from_dict)
        signal = Signal(
            id=reader.text("signal_id"),
            match_id=match_id,
            source=ANY_SOURCE,
            kind=SignalKind.MATCH_EVENT,
            occurred_at=reader.instant("occurred_at"),
            media_time=reader.optional(reader.instant, "media_time"),
            match_event=match_event,
        )
        yield signal, match_event
