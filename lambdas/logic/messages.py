"""The messages that go to viewers' apps, as docs/websocket.asyncapi.yaml has them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.context import MatchContext
from domain.errors import InvalidFieldError
from domain.match import Match
from domain.moment import Moment
from domain.placement import Placement, Rung
from domain.validation import format_instant
from lambdas.logic.errors import ProtocolError


def components_message(
    *,
    context: MatchContext,
    match: Match,
    placements: Sequence[Placement],
    alternatives: Sequence[Placement],
    rung: Rung,
    afterwards: Sequence[Placement],
    snapshot: bool,
) -> dict[str, Any]:
    """A `components` message but for the times of its sending, so that a cohort shares it."""
    return {
        "type": "components",
        "matchId": context.match_id,
        "version": context.version,
        "moment": _moment(context.headline) if context.headline else None,
        "score": [context.score.home, context.score.away],
        "columns": context.columns,
        "media": context.media_window(match).to_dict(),
        "rung": rung.value,
        "placements": [placement.to_message() for placement in placements],
        "alternatives": [placement.to_message() for placement in alternatives],
        "afterwards": [placement.to_message() for placement in afterwards],
        "snapshot": snapshot,
    }


def stamped(message: Mapping[str, Any], sent_at: datetime, trace: Mapping[str, int]) -> dict[str, Any]:
    """The message with the time of its sending and of each step before."""
    return {**message, "sentAt": format_instant(sent_at), "trace": dict(trace)}


def open_bytes(message: Mapping[str, Any]) -> bytes:
    """The message as JSON without its closing brace: what all viewers of a group share."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()[:-1]


def closed_bytes(opened: bytes, sent_at: datetime, trace: Mapping[str, int]) -> bytes:
    """The bytes of `stamped`, made from `open_bytes` without serialising the message again."""
    return opened + b"," + json.dumps(stamped({}, sent_at, trace), separators=(",", ":")).encode()[1:]


def acknowledgement(
    action: str, *, request_id: str | None, match_id: str | None = None, version: int | None = None
) -> dict[str, Any]:
    """An `ack` message: the request was carried out."""
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
    """A `pong` message: the answer to `ping`."""
    return _without_none({"type": "pong", "sentAt": format_instant(sent_at), "requestId": request_id})


def error_message(error: ProtocolError | InvalidFieldError, request_id: str | None) -> dict[str, Any]:
    """An `error` message that names the field and what was expected of it; the connection lives on."""
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
