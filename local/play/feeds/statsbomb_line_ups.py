"""StatsBomb's line-ups, gathered from the events themselves where their own file is not at hand."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STARTING_XI = "Starting XI"


def line_ups_of(events: Sequence[Mapping[str, Any]]) -> bytes:
    """What `lineups/<match>.json` says of both teams: everybody whom an event names, without nicknames.

    Raises LookupError or TypeError if these are no events of StatsBomb.
    """
    numbers = {
        starter["player"]["id"]: starter["jersey_number"]
        for event in events
        if event["type"]["name"] == STARTING_XI
        for starter in event["tactics"]["lineup"]
    }
    teams = {
        event["team"]["id"]: event["team"]["name"] for event in events if event["type"]["name"] == STARTING_XI
    }
    players: dict[int, dict[int, str]] = {team_id: {} for team_id in teams}
    for event in events:
        for player in _named(event):
            players[event["team"]["id"]].setdefault(player["id"], player["name"])
    line_ups = [
        {
            "team_id": team_id,
            "team_name": team_name,
            "lineup": [
                {
                    "player_id": player_id,
                    "player_name": name,
                    "player_nickname": None,
                    "jersey_number": numbers.get(player_id, 0),
                    "positions": [],
                }
                for player_id, name in players[team_id].items()
            ],
        }
        for team_id, team_name in teams.items()
    ]
    return json.dumps(line_ups).encode()


def _named(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "player" in event:
        yield event["player"]
    if "substitution" in event:
        yield event["substitution"]["replacement"]
    for starter in event.get("tactics", {}).get("lineup", ()):
        yield starter["player"]
