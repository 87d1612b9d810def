"""A raw clickstream with every kind of fault, each a known number of times."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from local.twin.services.firehose.hive_types import arrow_type
from local.twin.services.firehose.record_format import parquet
from paths import COMPONENTS_FILE

FIREHOSE_SCHEMA = pa.schema(
    [
        *((name, arrow_type("string")) for name in ("interaction_id", "match_id", "viewer_id", "cohort")),
        *((name, arrow_type("string")) for name in ("session_id", "type", "component_id", "slot")),
        ("version", arrow_type("int")),
        *((name, arrow_type("string")) for name in ("occurred_at", "recommendation_id")),
        ("value", arrow_type("double")),
        ("impression", arrow_type("array<string>")),
        ("columns", arrow_type("map<string,string>")),
        ("holdout", arrow_type("boolean")),
    ]
)
NOW = 1_700_000_000
START = NOW - 400_000
ACCEPTED = 3000
TWO_LINE_ID, LONG_IMPRESSION = 1, 2
"""Accepted lines with a field that would fail the import of the whole dataset."""
WATCHED = range(1000, 1050)
"""Accepted lines of a type that is not imported."""
IMPORTED = ACCEPTED - len(WATCHED)
FAULTS = {
    "duplicate": 40,
    "not a JSON object": 30,
    "viewer_id is missing": 20,
    "component_id is unknown": 25,
    "type is unknown": 15,
    "cohort is too long": 6,
    "occurred_at is in the future": 10,
    "occurred_at is too old": 5,
    "occurred_at is no instant": 12,
    "MATCH_EVENT is not of the registry": 8,
    "bot": 70,
    "clicks everything": 120,
    "shown again in its session": 9,
    "the file cannot be read": 1,
}


def instant(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def write_dirty_clickstream(folder: Path, *, good: int = ACCEPTED, seed: int = 1) -> None:
    """Write valid and faulty lines, shuffled: two JSON lines files, a Parquet file and a truncated one."""
    rng = Random(seed)
    components = [row["id"] for row in json.loads(COMPONENTS_FILE.read_text())["components"]]
    rows = [_row(at, rng, components) for at in range(good)]
    rows[TWO_LINE_ID]["recommendation_id"] = "two\nlines"
    rows[LONG_IMPRESSION]["impression"] = [f"{at:0100}" for at in range(25)]
    # The newest actions of some viewers, in a match of other teams than theirs.
    for row in rows[-5:]:
        row["cohort"] = "unknown|25-34|IT|premium"
    for row in rows[WATCHED.start : WATCHED.stop]:
        row |= {"type": "watch", "value": 12.5}
    lines = [json.dumps(row) for row in rows]
    lines += [json.dumps(rows[at]) for at in range(FAULTS["duplicate"])]
    changes: dict[str, dict[str, Any]] = {
        "viewer_id is missing": {"viewer_id": None},
        "component_id is unknown": {"component_id": "nobody-knows"},
        "type is unknown": {"type": 7},
        # With its prefix `cohort:` it would exceed the limit of user ids.
        "cohort is too long": {"cohort": "x" * 250 + "|||"},
        "occurred_at is in the future": {"occurred_at": instant(NOW + 3600)},
        "occurred_at is too old": {"occurred_at": "1999-01-01T00:00:00Z"},
        "occurred_at is no instant": {"occurred_at": "2023-13-45 noon"},
        "MATCH_EVENT is not of the registry": {"columns": {"MATCH_EVENT": "rain"}},
    }
    for reason, change in changes.items():
        for at in range(FAULTS[reason]):
            lines.append(json.dumps({**rows[at], "interaction_id": f"{reason}-{at}", **change}))
    broken = ['{"viewer_id": "v', "[1, 2]", '"text"', "nonsense", "{}{}"]
    lines += [rng.choice(broken) + " " * at for at in range(FAULTS["not a JSON object"])]
    for at in range(FAULTS["bot"]):
        bot = {"interaction_id": f"bot-{at}", "viewer_id": "bot", "occurred_at": instant(START)}
        lines.append(json.dumps({**rows[at], **bot}))
    lines += [json.dumps(row) for row in _eager(rows[0])]
    shown = [row for row in rows if row["type"] == "impression"][-FAULTS["shown again in its session"] :]
    for at, row in enumerate(shown):
        again = {"interaction_id": f"again-{at}", "occurred_at": instant(START + row["version"] * 120 + 60)}
        lines.append(json.dumps({**row, **again}))
    rng.shuffle(lines)
    _write_parquet(folder, lines)
    half = len(lines) // 2
    for name, part in (("a/one.json", lines[:half]), ("b/two.json", lines[half:])):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(part) + "\n")


def _eager(like: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the actions of a viewer who clicks each of sixty components at once, two minutes apart."""
    return [
        {
            **like,
            "interaction_id": f"eager-{at}-{kind}",
            "viewer_id": "eager",
            "type": kind,
            "version": at,
            "occurred_at": instant(START + at * 120),
        }
        for at in range(FAULTS["clicks everything"] // 2)
        for kind in ("impression", "click")
    ]


def _write_parquet(folder: Path, lines: list[str]) -> None:
    """Write the last 300 lines that fit the schema as Firehose does, and the same file truncated."""
    fitting = [at for at, line in enumerate(lines) if _fits(line)][-300:]
    body, refused = parquet([lines[at].encode() for at in fitting], FIREHOSE_SCHEMA)
    assert not refused
    for at in reversed(fitting):
        del lines[at]
    path = folder / "date=2023-11-14" / "match_id=final + extra time, 2023" / "rows.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(body)
    path.with_name("cut.parquet").write_bytes(body[: len(body) // 2])


def _fits(line: str) -> bool:
    return not parquet([line.encode()], FIREHOSE_SCHEMA)[1]


def _row(at: int, rng: Random, components: list[str]) -> dict[str, Any]:
    shown = rng.sample(components, 4)
    viewer = rng.randrange(120)
    team = "Italy" if viewer % 2 else "Turkey"
    return {
        "interaction_id": f"act-{at}",
        "match_id": "match",
        "viewer_id": f"viewer-{viewer}",
        "cohort": f"{team}|25-34|IT|premium",
        "session_id": f"session-{viewer}",
        "type": rng.choice(["impression", "impression", "click", "dismissal"]),
        "component_id": shown[0],
        "slot": "overlay",
        "version": at,
        "occurred_at": instant(START + at * 120),
        "recommendation_id": f"rec-{at // 10}" if at % 3 else None,
        "value": rng.choice([None, 1.5]),
        "impression": shown,
        "holdout": False,
        "columns": {
            "MATCH_EVENT": rng.choice(["none", "goal"]),
            "SCORE_DIFFERENCE": "level",
            "MATCH_PHASE": "first_half",
            "TEAM_COMPOSITION": "even",
            "OCCASION": "final@neutral_ground",
        },
    }
