"""The programme file of a match: what the app knows about it before kick-off."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.match import Match, Side
from domain.validation import format_instant

COLOURS = {Side.HOME: "#e11d48", Side.AWAY: "#2563eb"}
STREAM = "/stream/live.m3u8"


def programme(
    match: Match, *, squads: dict[str, list[dict[str, Any]]], fixtures: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """Return the JSON of /matches/<id>.json.

    `squads` maps each team's name to its players; `fixtures` are the next matches of the competition.
    """
    return {
        "id": match.id,
        "home": _team(match, Side.HOME, squads),
        "away": _team(match, Side.AWAY, squads),
        "kickOff": format_instant(match.kick_off),
        "competition": match.competition,
        "venue": match.venue.name,
        "stream": STREAM,
        "statistics": statistics_path(match.id),
        "fixtures": list(fixtures),
    }


def statistics_path(match_id: str) -> str:
    """Return the path of a match's statistics on the app's origin."""
    return f"/matches/{match_id}/statistics.json"


def statsbomb_squads(line_ups: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the players of both teams by the team's name, starters first, from StatsBomb's line-ups."""
    return {
        team["team_name"]: sorted(
            (_player(entry) for entry in team["lineup"]),
            key=lambda player: (not player["position"], player["number"]),
        )
        for team in json.loads(line_ups.read_text())
    }


def _team(match: Match, side: Side, squads: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    name = match.team(side).name
    return {"name": name, "colour": COLOURS[side], "players": squads.get(name, [])}


def _player(entry: dict[str, Any]) -> dict[str, Any]:
    starting = [spell for spell in entry["positions"] if spell["start_reason"] == "Starting XI"]
    return {
        "name": entry["player_name"],
        "number": entry["jersey_number"],
        "position": starting[0]["position"] if starting else None,
    }
