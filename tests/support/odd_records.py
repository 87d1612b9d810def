"""Records that a stream may carry beside well-formed signals, and how detection answers each of them."""

import json
from dataclasses import dataclass
from typing import Any

MATCH_ID = "odd"
GOAL: dict[str, Any] = {
    "id": "s1",
    "match_id": MATCH_ID,
    "source": "feed",
    "kind": "match_event",
    "occurred_at": "2021-06-11T19:00:30.250Z",
    "match_event": {
        "id": "e1",
        "type": "goal",
        "period": 1,
        "clock_seconds": 30,
        "side": "home",
        "player": "Ünal",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OddRecord:
    """A record, and the beginning of the reason why it is refused."""

    data: bytes
    reason: str
    field: str | None = None


def encoded(**changes: Any) -> bytes:
    """Return the goal with some fields changed, in UTF-8."""
    return json.dumps({**GOAL, **changes}, ensure_ascii=False).encode(errors="surrogatepass")


GOAL_RECORD = encoded()
REFUSED = {
    "no text": OddRecord(data=b"\xff\xfe\x00", reason="not UTF-8: invalid start byte at byte 0"),
    "UTF-16": OddRecord(
        data=json.dumps(GOAL).encode("utf-16"), reason="not UTF-8: invalid start byte at byte 0"
    ),
    "UTF-16 without a mark": OddRecord(data=json.dumps(GOAL).encode("utf-16-le"), reason="not JSON: "),
    "UTF-8 with a mark": OddRecord(
        data=b"\xef\xbb\xbf" + GOAL_RECORD, reason="not JSON: Unexpected UTF-8 BOM"
    ),
    "Latin-1": OddRecord(data=GOAL_RECORD.decode().encode("latin-1"), reason="not UTF-8: "),
    "a surrogate in UTF-8": OddRecord(data=encoded(id="\ud800"), reason="not UTF-8: "),
    "cut short": OddRecord(data=GOAL_RECORD[:40], reason="not JSON: "),
    "empty": OddRecord(data=b" ", reason="not JSON: "),
    "nested deeply": OddRecord(data=b"[" * 100_000, reason="not JSON: "),
    "a long number": OddRecord(data=b'{"match_id": ' + b"1" * 5_000 + b"}", reason="not JSON: "),
    "a list": OddRecord(data=b"[1]", reason="body: expected an object", field=""),
    "no fields": OddRecord(data=b"{}", reason="match_id: expected", field="match_id"),
    "an escaped surrogate for a match": OddRecord(
        data=b'{"match_id": "\\ud800"}', reason="match_id: expected text without", field="match_id"
    ),
    "an escaped surrogate for an id": OddRecord(
        data=json.dumps({**GOAL, "id": "\ud800"}).encode(), reason="id: expected text without", field="id"
    ),
    "no time": OddRecord(
        data=encoded(occurred_at="noon"), reason="occurred_at: expected a time", field="occurred_at"
    ),
    "no offset": OddRecord(
        data=encoded(occurred_at="2021-06-11T19:00:30"),
        reason="occurred_at: expected a time",
        field="occurred_at",
    ),
    "unknown kind": OddRecord(data=encoded(kind="gossip"), reason="kind: expected one of", field="kind"),
    "no id": OddRecord(data=encoded(id=""), reason="id: expected a non-empty string", field="id"),
    "a negative clock": OddRecord(
        data=encoded(match_event={**GOAL["match_event"], "clock_seconds": -1}),
        reason="match_event.clock_seconds: expected",
        field="match_event.clock_seconds",
    ),
    "late": OddRecord(
        data=encoded(
            id="s0",
            occurred_at="2021-06-11T18:00:00Z",
            match_event={"id": "e0", "type": "other", "period": 1, "clock_seconds": 0},
        ),
        reason="later than the allowed lateness",
    ),
}
