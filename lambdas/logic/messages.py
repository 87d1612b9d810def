"""The server's WebSocket messages, as docs/websocket.asyncapi.yaml defines them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.context import MatchContext
from domain.errors import InvalidFieldError
from domain.match import Match
from domain.moment import Moment
from domain.placement import Placement
from domain.reconnect import CONNECTIONS_PER_SECOND, reconnect_window_seconds
from domain.validation import format_instant
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.errors import ProtocolError


def components_message(
    *,
    context: MatchContext,
    match: Match,
    placements: AudiencePlacements,
    snapshot: bool,
) -> dict[str, Any]:
    """Build a `components` message without its sending times, so that an audience can share it."""
    return {
        **version_fields(context, match, snapshot=snapshot),
        "rung": placements.recommendation.rung.value,
        **{
            name: [placement.to_message() for placement in placed]
            for name, placed in placement_lists(placements).items()
        },
        **cleared_field(placements),
    }


def version_fields(context: MatchContext, match: Match, *, snapshot: bool) -> dict[str, Any]:
    """Return the fields of a `components` message that are the same for all audiences of a version."""
    fields: dict[str, Any] = {
        "type": "components",
        "matchId": context.match_id,
        "version": context.version,
        "moment": _moment(context.headline) if context.headline else None,
        "score": [context.score.home, context.score.away],
        "columns": context.columns,
        "media": context.media_window(match).to_dict(),
        "snapshot": snapshot,
    }
    if context.frozen:
        fields["frozen"] = list(context.frozen)
    return fields


def placement_lists(placements: AudiencePlacements) -> dict[str, Sequence[Placement]]:
    """Return the placements of each list of a `components` message."""
    return {
        "placements": placements.choice.placements,
        "alternatives": placements.choice.alternatives,
        "afterwards": placements.afterwards,
    }


def cleared_field(placements: AudiencePlacements) -> dict[str, Any]:
    """Return the field that names the slots to clear; none if there are none."""
    return {"cleared": [slot.value for slot in placements.cleared]} if placements.cleared else {}


def with_times(message: Mapping[str, Any], sent_at: datetime, trace: Mapping[str, int]) -> dict[str, Any]:
    """Return the message with the time of sending and of each step before it."""
    return {**message, "sentAt": format_instant(sent_at), "trace": dict(trace)}


def complete_bytes(
    shared: bytes, sent_at: datetime, trace: Mapping[str, int], fields: Mapping[str, Any]
) -> bytes:
    """Append fields and the times to the part that an audience shares, without encoding that again."""
    return shared + b"," + json.dumps(with_times(fields, sent_at, trace), separators=(",", ":")).encode()[1:]


def reconnect_window(subscribers: int, *, per_second: int = CONNECTIONS_PER_SECOND) -> dict[str, int]:
    """Return the field that tells apps how to spread their reconnects; none if 0, an unknown number."""
    if not subscribers:
        return {}
    return {"reconnectWithinSeconds": reconnect_window_seconds(subscribers, per_second=per_second)}


def acknowledgement(
    action: str, *, request_id: str | None, match_id: str | None = None, version: int | None = None
) -> dict[str, Any]:
    """Build an `ack` message: the request succeeded."""
    return _without_none(
        {
            "type": "ack",
            "action": action,
            "requestId": request_id,
            "matchId": match_id,
            "version": version,
        }
    )


def pong(sent_at: datetime, request_id: str | None) -> dict[str, Any]:
    """Build a `pong` message, the reply to `ping`."""
    return _without_none({"type": "pong", "sentAt": format_instant(sent_at), "requestId": request_id})


def error_message(error: ProtocolError | InvalidFieldError, request_id: str | None) -> dict[str, Any]:
    """Build an `error` message that names the field and what was expected."""
    if isinstance(error, InvalidFieldError):
        error = ProtocolError("BAD_REQUEST", str(error), field=error.field or "body", expected=error.expected)
    return _without_none(
        {
            "type": "error",
            "code": error.code,
            "message": error.message,
            "field": error.field,
            "expected": error.expected,
            "requestId": request_id,
        }
    )


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "id": moment.id,
        "type": moment.type.value,
        "period": moment.period,
        "clockSeconds": moment.clock_seconds,
        "team": moment.team,
        "player": moment.player,
        "score": [moment.score.home, moment.score.away],
    }


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
