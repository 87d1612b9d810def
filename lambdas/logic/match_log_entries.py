"""What operators are told of a match: entries, each of one kind, in the form in which they are sent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.audit import AuditEntry
from domain.component import Component
from domain.context import MatchContext
from domain.controls import Controls
from domain.match import Match
from domain.moment import Moment
from domain.signal import Signal
from domain.validation import format_instant

Entry = dict[str, Any]


def match_entry(match: Match) -> Entry:
    """Who plays, where and since when."""
    return {
        "kind": "match",
        "id": match.id,
        "competition": match.competition,
        "stage": match.stage.value,
        "venue": match.venue.name,
        "home": match.home.name,
        "away": match.away.name,
        "kickOff": format_instant(match.kick_off),
    }


def context_entry(context: MatchContext, trace: Mapping[str, int]) -> Entry:
    """A version of the context: what the screens are about."""
    return {
        "kind": "context",
        "version": context.version,
        "score": [context.score.home, context.score.away],
        "phase": context.phase,
        "columns": context.columns,
        "momentId": context.headline.id if context.headline else None,
        "frozen": list(context.frozen),
        "trace": dict(trace),
    }


def controls_entry(controls: Controls, match: Match | None) -> Entry:
    """What an operator has decided: what must wait (None: nothing, empty: everything), and what does."""
    types = controls.held_types
    waiting = sorted(controls.held.values(), key=lambda moment: (*moment.order, moment.id))
    return {
        "kind": "controls",
        "revision": controls.revision,
        "heldTypes": None if types is None else sorted(types),
        "held": [moment_entry(moment, match) for moment in waiting],
        "cancelled": sorted(controls.cancelled),
    }


def moment_entry(moment: Moment, match: Match | None) -> Entry:
    """A moment as the analytics, or an operator, told it."""
    named = match.team(moment.side).name if match and moment.side else moment.team
    told, received = moment.detected_at_ms, moment.received_at_ms
    return {
        "kind": "moment",
        "id": moment.id,
        "type": moment.type.value,
        "period": moment.period,
        "clockSeconds": moment.clock_seconds,
        "team": named,
        "player": moment.player,
        "score": [moment.score.home, moment.score.away],
        "occurredAt": format_instant(moment.occurred_at),
        "source": str(moment.details.get("source", "analytics")),
        "retracted": bool(moment.details.get("retracted")),
        "detectedAfterMs": told - received if told is not None and received is not None else None,
    }


def crowd_entry(signal: Signal) -> Entry:
    """What the crowd said in one interval of one source."""
    assert signal.posts
    return {
        "kind": "crowd",
        "id": signal.id,
        "source": signal.source,
        "at": format_instant(signal.occurred_at),
        "seconds": signal.posts.interval_seconds,
        "posts": signal.posts.count,
        "sentimentSum": signal.posts.sentiment_sum,
        "sentimentCount": signal.posts.sentiment_count,
    }


def audit_entry(entry: AuditEntry) -> Entry:
    """A line of the audit log."""
    return {"kind": "audit", **entry.to_dict()}


def components_entry(components: Iterable[Component]) -> Entry:
    """What can be frozen."""
    known = sorted(components, key=lambda component: (component.slot.value, component.id))
    return {
        "kind": "components",
        "components": [
            {"id": each.id, "title": each.title, "slot": each.slot.value, "type": each.type} for each in known
        ],
    }


def dead_letters_entry(counts: Mapping[str, int], at: str) -> Entry:
    """How many records wait to be looked at, by the place where they wait."""
    return {"kind": "deadLetters", "at": at, "counts": dict(counts)}


def portions(entries: Iterable[Entry], size: Any, most: int) -> Iterator[list[Entry]]:
    """Entries in portions of at most `most` bytes, as `size` measures them."""
    portion: list[Entry] = []
    filled = 0
    for entry in entries:
        bytes_of_entry = size(entry)
        if portion and filled + bytes_of_entry > most:
            yield portion
            portion, filled = [], 0
        portion.append(entry)
        filled += bytes_of_entry
    if portion:
        yield portion
