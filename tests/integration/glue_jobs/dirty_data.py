"""A raw clickstream with every kind of fault, each a known number of times."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from domain.tombstone import Tombstone, viewer_hash
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
        ("received_at", arrow_type("string")),
        ("weight", arrow_type("double")),
    ]
)
NOW = 1_700_000_000
START = NOW - 400_000
ACCEPTED = 3000
TWO_LINE_ID, LONG_IMPRESSION = 1, 2
"""Accepted lines with a field that would fail the import of the whole dataset."""
WATCHED = range(1001, 1101, 2)
"""Accepted lines of a type that is not imported."""
ERASED, RETURNED = "erased-viewer", "viewer-1"
"""A viewer who was erased after all of their lines, and one whose erasure is older than all of theirs."""
TOMBSTONES = (
    Tombstone(viewer_hash=viewer_hash(ERASED), erased_at=datetime.fromtimestamp(NOW, UTC)),
    Tombstone(viewer_hash=viewer_hash(RETURNED), erased_at=datetime.fromtimestamp(START - 1, UTC)),
)
OUT_OF_SAMPLE = range(2, 2000, 100)
"""Impressions that stand for none; the viewers also acted."""
IMPORTED = ACCEPTED - len(WATCHED) - len(OUT_OF_SAMPLE)
REACTIONS = ("impression", "click", "click", "dismissal")
"""What follows the impression of each second line; another impression is one of another component."""
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
    "weight is no number": 7,
    "bot": 250,
    "clicks everything": 120,
    "shown again in its session": 9,
    "no impression": 25,
    "the file cannot be read": 1,
}


def instant(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def write_dirty_clickstream(folder: Path, *, good: int = ACCEPTED, seed: int = 1) -> None:
    """Write valid and faulty lines, shuffled: two JSON lines files, a Parquet file and a truncated one."""
    rng = Random(seed)
    components = [row["id"] for row in json.loads(COMPONENTS_FILE.read_text())["components"]]
    rows: list[dict[str, Any]] = []
    for number in range(good):
        kind = rng.choice(REACTIONS) if number % 2 else "impression"
        first = _row(number, rng, components)
        rows.append(first if kind == "impression" else {**_reaction(number, rows[-1]), "type": kind})
    rows[TWO_LINE_ID]["recommendation_id"] = "two\nlines"
    rows[LONG_IMPRESSION]["impression"] = [f"{at:0100}" for at in range(25)]
    # The newest actions of some viewers, in a match of other teams than theirs.
    for row in rows[-5:]:
        row["cohort"] = "unknown|25-34|IT|premium"
    for number in WATCHED:
        if number < good:
            rows[number] = {**_reaction(number, rows[number - 1]), "type": "watch", "value": 12.5}
    for number in OUT_OF_SAMPLE:
        if number < good:
            assert rows[number]["type"] == "impression"
            rows[number]["weight"] = 0
    for row in rows[3::4]:
        row["weight"] = 1.0
    lines = [json.dumps(row) for row in rows]
    lines += [json.dumps(rows[at]) for at in range(FAULTS["duplicate"])]
    changes: dict[str, dict[str, Any]] = {
        "viewer_id is missing": {"viewer_id": None},
        "component_id is unknown": {"component_id": "nobody-knows"},
        "type is unknown": {"type": 7},
        # With its prefix `cohort:` it would exceed the limit of user ids.
        "cohort is too long": {"cohort": "x" * 250 + "|||"},
        "occurred_at is in the future": {"occurred_at": instant(NOW + 3600), "received_at": None},
        "occurred_at is too old": {"occurred_at": "1999-01-01T00:00:00Z", "received_at": None},
        "occurred_at is no instant": {"occurred_at": "2023-13-45 noon"},
        "MATCH_EVENT is not of the registry": {"columns": {"MATCH_EVENT": "rain"}},
        "weight is no number": {"weight": "heavy"},
    }
    for reason, change in changes.items():
        for at in range(FAULTS[reason]):
            lines.append(json.dumps({**rows[at], "interaction_id": f"{reason}-{at}", **change}))
    broken = ['{"viewer_id": "v', "[1, 2]", '"text"', "nonsense", "{}{}"]
    lines += [rng.choice(broken) + " " * at for at in range(FAULTS["not a JSON object"])]
    for at in range(FAULTS["bot"]):
        # All arrive together, with times a minute apart.
        times = {"occurred_at": instant(START - at * 60), "received_at": instant(START)}
        lines.append(json.dumps({**rows[at], "interaction_id": f"bot-{at}", "viewer_id": "bot", **times}))
    lines += [json.dumps(row) for row in _eager(rows[0])]
    for at in range(20):
        erased = {"interaction_id": f"erased-{at}", "viewer_id": ERASED}
        lines.append(json.dumps({**rows[at], **erased, **({} if at else {"occurred_at": "no instant"})}))
    shown = [row for row in rows if row["type"] == "impression"][-FAULTS["shown again in its session"] :]
    for at, row in enumerate(shown):
        later = instant(START + row["version"] * 120 + 60)
        again = {"interaction_id": f"again-{at}", "occurred_at": later, "received_at": later}
        lines.append(json.dumps({**row, **again}))
    for at in range(FAULTS["no impression"]):
        never = {"interaction_id": f"unearned-{at}", "type": "click", "version": 1_000_000 + at}
        lines.append(json.dumps({**rows[at], **never}))
    rng.shuffle(lines)
    _write_parquet(folder, lines)
    half = len(lines) // 2
    for name, part in (("a/one.json", lines[:half]), ("b/two.json", lines[half:])):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(part) + "\n")


def write_tombstones(folder: Path) -> None:
    """Write the tombstones as the erasure does, one file each."""
    folder.mkdir(parents=True)
    for tombstone in TOMBSTONES:
        (folder / tombstone.key).write_text(tombstone.to_json())


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
            "received_at": None,
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


def _reaction(at: int, shown: dict[str, Any]) -> dict[str, Any]:
    """Return an action on a component that was shown two minutes before."""
    now = instant(START + at * 120)
    return {**shown, "interaction_id": f"act-{at}", "occurred_at": now, "received_at": now}


def _row(at: int, rng: Random, components: list[str]) -> dict[str, Any]:
    shown = rng.sample(components, 4)
    # The faulty copies of the first lines must not be left out as lines before the erasure of RETURNED.
    viewer = rng.randrange(2 if at < 40 else 0, 120)
    team = "Italy" if viewer % 2 else "Turkey"
    return {
        "interaction_id": f"act-{at}",
        "match_id": "match",
        "viewer_id": f"viewer-{viewer}",
        "cohort": f"{team}|25-34|IT|premium",
        "session_id": f"session-{viewer}",
        "type": "impression",
        "component_id": shown[0],
        "slot": "overlay",
        "version": at,
        "occurred_at": instant(START + at * 120),
        # History that was uploaded does not say when it arrived.
        "received_at": instant(START + at * 120) if at % 4 else None,
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
