"""A signal as JSON."""

from typing import Any

GOAL: dict[str, Any] = {
    "id": "s1",
    "match_id": "m1",
    "source": "statsbomb",
    "kind": "match_event",
    "occurred_at": "2021-06-11T20:23:30.000Z",
    "match_event": {"id": "e1", "type": "goal", "period": 2, "clock_seconds": 473.2, "side": "away"},
}
