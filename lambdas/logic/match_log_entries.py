"""Entries of the match log and of `night` messages, one function per kind."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.audit import AuditEntry
from domain.batches import batches
from domain.component import Component
from domain.context import MatchContext
from domain.controls import Controls
from domain.json_limits import json_bytes
from domain.match import Match
from domain.moment import Moment
from domain.signal import Signal
from domain.validation import format_instant

Entry = dict[str, Any]
MAX_COMPONENTS_BYTES = 20_000
"""Of components in one entry, which is sent in one message."""


def match_entry(match: Match) -> Entry:
    """Build the entry of the match: teams, venue and kick-off."""
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
    """Build the entry of a context version."""
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
    """Build the entry of the controls; `heldTypes` is None for no hold and empty for every type."""
    types = controls.held_types
    held = sorted(controls.held.values(), key=lambda moment: (*moment.order, moment.id))
    return {
        "kind": "controls",
        "revision": controls.revision,
        "heldTypes": None if types is None else sorted(types),
        "held": [moment_entry(moment, match) for moment in held],
        "cancelled": sorted(controls.cancelled),
    }


def moment_entry(moment: Moment, match: Match | None) -> Entry:
    """Build the entry of a moment, whether detected or injected by an operator."""
    team = match.team(moment.side).name if match and moment.side else moment.team
    detected, received = moment.detected_at_ms, moment.received_at_ms
    return {
        "kind": "moment",
        "id": moment.id,
        "signalId": moment.signal_id,
        "type": moment.type.value,
        "period": moment.period,
        "clockSeconds": moment.clock_seconds,
        "team": team,
        "player": moment.player,
        "score": [moment.score.home, moment.score.away],
        "occurredAt": format_instant(moment.occurred_at),
        "source": str(moment.details.get("source", "analytics")),
        "retracted": bool(moment.details.get("retracted")),
        "detectedAfterMs": detected - received if detected is not None and received is not None else None,
    }


def crowd_entry(signal: Signal) -> Entry:
    """Build the entry of one interval of posts from one source."""
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
    """Build the entry of a line of the audit log."""
    return {"kind": "audit", **entry.to_dict()}


def components_entries(components: Iterable[Component]) -> list[Entry]:
    """Build the entries of the components that can be frozen, each of a size that a message can have."""
    known = sorted(components, key=lambda component: (component.slot.value, component.id))
    items = [
        {"id": each.id, "title": each.title, "slot": each.slot.value, "type": each.type} for each in known
    ]
    first, *others = list(batches(items, size=json_bytes, max_size=MAX_COMPONENTS_BYTES)) or [[]]
    return [
        {"kind": "components", "components": first},
        *({"kind": "components", "continued": True, "components": part} for part in others),
    ]


def dead_letters_entry(counts: Mapping[str, int], at: str) -> Entry:
    """Build the entry of the dead-letter queues: waiting records by queue name."""
    return {"kind": "deadLetters", "at": at, "counts": dict(counts)}
