"""Messages of the viewers' socket, built from the catalogue of the client's build."""

import json
from datetime import datetime, timedelta
from typing import Any

from domain.remote import Remote
from domain.validation import format_instant
from paths import CLIENT_BUILD

CATALOGUE = CLIENT_BUILD / "remotes" / "components.json"
MATCH_ID = "3788741"


def placement(component_id: str, **remote: str) -> dict[str, Any]:
    """Return a placement of a component in the built catalogue; `remote` replaces fields of its remote.

    A component about a person gets the player of the moment of `components`.
    """
    entries = json.loads(CATALOGUE.read_text())["components"]
    entry = next(each for each in entries if each["id"] == component_id)
    subject = {"player": "Ciro Immobile", "team": "Italy", "side": "away", "minute": "53"}
    about = {"subject": subject} if "subject" in entry.get("only_when", {}) else {}
    return {
        "slot": entry["slot"],
        "componentId": entry["id"],
        "type": entry["type"],
        "title": entry["title"],
        "rank": 1,
        "remote": Remote.from_stored({**entry["remote"], **remote}).to_dict(),
        "properties": {**entry["properties"], **about},
        "recommendationId": "r-1",
        "signature": "1623441600.AAAAAAAAAAAAAAAAAAAAAA",
        "rung": "cohort",
        "constraints": [],
    }


def components(
    version: int,
    *placements: dict[str, Any],
    at: datetime,
    alternatives: tuple[dict[str, Any], ...] = (),
    afterwards: tuple[dict[str, Any], ...] = (),
    kind: str = "GOAL",
    score: tuple[int, int] = (0, 1),
    lasts_seconds: float = 14_400,
    frozen: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return a `components` message whose moment is at `at`, in programme time."""
    return {
        "type": "components",
        "matchId": MATCH_ID,
        "version": version,
        "moment": {
            "id": f"{MATCH_ID}:{kind}:{version}",
            "type": kind,
            "period": 2,
            "clockSeconds": 450.0,
            "team": "Italy",
            "player": "Ciro Immobile",
            "score": list(score),
        },
        "score": list(score),
        "columns": {
            "MATCH_EVENT": "goal",
            "SCORE_DIFFERENCE": "away_by_one",
            "MATCH_PHASE": "second_half",
            "TEAM_COMPOSITION": "even",
            "OCCASION": "group@neutral_ground",
        },
        "media": {
            "time": None,
            "notBefore": format_instant(at),
            "validUntil": format_instant(at + timedelta(seconds=lasts_seconds)),
        },
        "rung": "cohort",
        "placements": list(placements),
        "alternatives": list(alternatives),
        "afterwards": list(afterwards),
        "snapshot": False,
        "sentAt": format_instant(at),
        "trace": {},
        **({"frozen": list(frozen)} if frozen else {}),
    }
