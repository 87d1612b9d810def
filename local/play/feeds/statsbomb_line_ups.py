"""StatsBomb's line-ups, collected from the events if there is no line-up file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STARTING_XI = "Starting XI"


def line_ups_from_events(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the content of `lineups/<match>.json` from events: every player they name, without nicknames.

    Raises LookupError or TypeError if these are not StatsBomb events.
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
        for player in _players(event):
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


def _players(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "player" in event:
        yield event["player"]
    if "substitution" in event:
        yield event["substitution"]["replacement"]
    for starter in event.get("tactics", {}).get("lineup", ()):
        yield starter["player"]
