"""Dropping what a feed reports twice."""

from collections.abc import Callable, Iterator, Sequence

from domain.match_event import MatchEvent, MatchEventType


def each_once(
    match_events: Sequence[MatchEvent],
    type_: MatchEventType,
    is_repeat: Callable[[MatchEvent, MatchEvent], bool],
) -> Iterator[MatchEvent]:
    """Yield the match events without those of one type that repeat an earlier one."""
    kept: list[MatchEvent] = []
    for match_event in match_events:
        if match_event.type is type_:
            if any(is_repeat(earlier, match_event) for earlier in kept):
                continue
            kept.append(match_event)
        yield match_event
