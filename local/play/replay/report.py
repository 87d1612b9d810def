"""The report of a replay: one JSON object. Other programs read it, so its names must not change."""

from collections.abc import Sequence
from typing import Any

from domain.match import Match
from domain.moment import Moment
from local.play.replay.deliveries import DeliveryLog


def moment_rows(match: Match, moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Return the report's `moments`, with event times and how long after ingestion each was detected."""
    return [
        {
            "id": moment.id,
            "type": moment.type.value,
            "period": moment.period,
            "clock_seconds": moment.clock_seconds,
            "team": match.team(moment.side).name if moment.side else moment.team,
            "player": moment.player,
            "score": [moment.score.home, moment.score.away],
            "penalty": moment.penalty,
            "details": moment.details,
            "detected_after_ms": _detected_after_ms(moment),
        }
        for moment in moments
    ]


def build_report(
    *,
    match: Match,
    engine: str,
    moments: Sequence[Moment],
    contexts: Sequence[dict[str, Any]],
    log: DeliveryLog,
    counts: dict[str, float],
) -> dict[str, Any]:
    """Return the report; `counts` come from the functions' metrics, `log` from the receiving sockets."""
    score = moments[-1].score if moments else None
    received = log.deliveries_summary()
    return {
        "match": {
            "id": match.id,
            "home": match.home.name,
            "away": match.away.name,
            "score": [score.home, score.away] if score else [0, 0],
        },
        "engine": engine,
        "moments": moment_rows(match, moments),
        "contexts": list(contexts),
        "deliveries": {
            **received,
            "sent": int(counts["sent"]),
            "gone": int(counts["gone"]),
            "failed": int(counts["failed"]),
        },
        "latency_ms": log.latency_summary(),
        "recommender": {name: int(counts[name]) for name in ("calls", "cache_hits", "throttled")},
    }


def _detected_after_ms(moment: Moment) -> int | None:
    if moment.detected_at_ms is None or moment.received_at_ms is None:
        return None
    return moment.detected_at_ms - moment.received_at_ms
