"""Wyscout's version 3 substitutions, which stand beside the entries: kloppy reads the entries only.

Either `substitutions` has the players by team, period and second, or the formation of each team has a list
with minutes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.match import Side
from domain.match_clock import PERIOD_START_SECONDS
from domain.match_event import MatchEvent, MatchEventType
from local.play.feeds.feed import ParsedFeed

PERIODS = {"1H": 1, "2H": 2, "1E": 3, "2E": 4, "E1": 3, "E2": 4}
PERIOD_ENDS = {1: 45, 2: 90, 3: 105, 4: 120}
MAX_SECONDS = 10_000


def substitutions(raw: Mapping[str, Any], parsed: ParsedFeed) -> tuple[MatchEvent, ...]:
    """Return the substitutions of a match, with the names of its line-ups."""
    sides = {parsed.home.id: Side.HOME, parsed.away.id: Side.AWAY}
    names = {player.id: player.name for player in parsed.line_ups}
    found = list(_by_second(raw.get("substitutions"))) or list(_by_minute(raw))
    return tuple(
        MatchEvent(
            id=f"substitution-{team_id}-{period}-{seconds}-{player_id}",
            type=MatchEventType.SUBSTITUTION,
            period=period,
            clock_seconds=float(seconds),
            side=sides[team_id],
            player=names.get(player_id),
        )
        for team_id, period, seconds, player_id in found
        if team_id in sides and 0 <= seconds <= MAX_SECONDS
    )


def _by_second(teams: object) -> Iterator[tuple[str, int, int, str]]:
    for team_id, periods in _items(teams):
        for name, changes in _items(periods):
            for second, change in _items(changes):
                if name in PERIODS and second.isdecimal() and isinstance(change, Mapping):
                    for player in _list(change.get("in")):
                        yield team_id, PERIODS[name], int(second), str(player["playerId"])


def _by_minute(raw: Mapping[str, Any]) -> Iterator[tuple[str, int, int, str]]:
    match = raw.get("match")
    for team_id, team in _items(match.get("teamsData") if isinstance(match, Mapping) else None):
        formation = team.get("formation") if isinstance(team, Mapping) else None
        for change in _list(formation.get("substitutions") if isinstance(formation, Mapping) else None):
            minute = int(change["minute"])
            period = next((each for each, end in PERIOD_ENDS.items() if minute < end), 4)
            yield team_id, period, minute * 60 - int(PERIOD_START_SECONDS[period]), str(change["playerIn"])


def _items(value: object) -> Sequence[tuple[str, Any]]:
    return [(str(key), each) for key, each in value.items()] if isinstance(value, Mapping) else ()


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
