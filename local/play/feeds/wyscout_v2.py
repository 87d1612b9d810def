"""Read Wyscout's version 2 event feed from its raw entries.

kloppy's loader gives own goals no result and drops entries next to interceptions, so it is not used.
Format: Pappalardo et al., Scientific Data 6, 236 (2019), and Wyscout's list of events and tags.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.match import Player, Side, Team
from domain.match_event import SHOOT_OUT_PERIOD, Card, MatchEvent, MatchEventType, ShotOutcome
from local.play.feeds.feed import ParsedFeed
from local.play.feeds.names import distinct_names, readable
from local.play.feeds.positions import for_opponents, position
from local.play.feeds.repeats import each_once

PERIODS = {"1H": 1, "2H": 2, "E1": 3, "E2": 4, "P": 5}
GOAL, OWN_GOAL, RED_CARD, YELLOW_CARD, SECOND_YELLOW_CARD = 101, 102, 1701, 1702, 1703
ON_TARGET, BLOCKED = 1801, 2101
WOODWORK = frozenset(range(1217, 1224))
FOUL, FREE_KICK, SAVE_ATTEMPT, SHOT = "Foul", "Free Kick", "Save attempt", "Shot"
PENALTY = "Penalty"
EVENT_NAMES = {2: FOUL, 3: FREE_KICK, 9: SAVE_ATTEMPT, 10: SHOT}
PENALTY_SUB_EVENT = 35
SAME_GOAL_SECONDS = 10.0
"""Two goals cannot be closer than this: after a goal, play restarts from the centre."""
FOUL_TO_PENALTY_SECONDS = 600.0
NO_PLAYER = "0"
SET_PIECES: Mapping[object, MatchEventType] = {
    **dict.fromkeys(("Corner", 30), MatchEventType.CORNER),
    **dict.fromkeys(("Free Kick", "Free kick cross", 31, 32), MatchEventType.FREE_KICK),
}
"""Set pieces by the name of the sub-event or its number."""
FREE_KICK_SHOT = frozenset({"Free kick shot", 33})


def read_wyscout_v2(raw: Mapping[str, Any]) -> ParsedFeed:
    """Return the match and its entries; the first of the two teams is at home."""
    home_id, away_id = raw["teams"]
    sides = {str(home_id): Side.HOME, str(away_id): Side.AWAY}
    names = {
        team_id: distinct_names([_names_of(listed["player"]) for listed in players if listed is not None])
        for team_id, players in raw["players"].items()
    }
    other: Counter[str] = Counter()
    entries = [entry for entry in raw["events"] if _is_placed(entry, sides)]
    if len(entries) < len(raw["events"]):
        other["without a team, a period or a time"] = len(raw["events"]) - len(entries)
    translated = [match_event for entry in entries for match_event in _translate(entry, sides, names, other)]
    return ParsedFeed(
        match_id=str(raw["events"][0].get("matchId") or "wyscout"),
        home=_team(raw, str(home_id)),
        away=_team(raw, str(away_id)),
        line_ups=tuple(
            Player(id=player_id, name=name, side=sides[team_id])
            for team_id, players in names.items()
            for player_id, name in players.items()
        ),
        match_events=tuple(
            _with_penalties_awarded(each_once(translated, MatchEventType.GOAL, _is_same_goal), entries, sides)
        ),
        other_entries=dict(other),
    )


def is_wyscout_v2(raw: object) -> bool:
    """True if a JSON value has the shape of a version 2 match."""
    if not isinstance(raw, Mapping) or not {"events", "teams", "players"} <= raw.keys():
        return False
    events, teams = raw["events"], raw["teams"]
    if not isinstance(events, Sequence) or not events or not isinstance(teams, Mapping) or len(teams) != 2:
        return False
    return isinstance(events[0], Mapping) and {"eventSec", "tags", "matchPeriod"} <= events[0].keys()


def _is_placed(entry: object, sides: Mapping[str, Side]) -> bool:
    """True if an entry has a team, a period and a time; others are counted and dropped."""
    return (
        isinstance(entry, Mapping)
        and str(entry.get("teamId")) in sides
        and entry.get("matchPeriod") in PERIODS
        and isinstance(entry.get("eventSec"), int | float)
        and "id" in entry
    )


def _translate(
    entry: Mapping[str, Any],
    sides: Mapping[str, Side],
    names: Mapping[str, Mapping[str, str]],
    other: Counter[str],
) -> Iterator[MatchEvent]:
    team_id, tags = str(entry["teamId"]), {tag["id"] for tag in entry.get("tags") or ()}
    side = sides[team_id]
    base: dict[str, Any] = {
        "id": str(entry["id"]),
        "period": PERIODS[entry["matchPeriod"]],
        "clock_seconds": max(0.0, round(float(entry["eventSec"]), 3)),
        "side": side,
        "player": names.get(team_id, {}).get(str(entry.get("playerId", NO_PLAYER))),
        **_position(entry),
    }
    found = False
    if OWN_GOAL in tags:
        found = True
        yield MatchEvent(**for_opponents(base), type=MatchEventType.GOAL, own_goal=True)
    elif _is_kick_at_goal(entry):
        kick = _kick(base, scored=GOAL in tags, penalty=_is_penalty(entry))
        if kick is not None:
            found = True
            yield kick
    chance = None if found else _chance(entry, base, tags)
    if chance is not None:
        found = True
        yield chance
    card = _card(tags)
    if card is not None:
        found = True
        yield MatchEvent(**{**base, "id": f"{base['id']}-card"}, type=MatchEventType.CARD, card=card)
    if not found:
        other[" / ".join(filter(None, (_event_name(entry), str(entry.get("subEventName", "")))))] += 1
        yield MatchEvent(**base, type=MatchEventType.OTHER)


def _kick(base: Mapping[str, Any], *, scored: bool, penalty: bool) -> MatchEvent | None:
    if penalty and base["period"] == SHOOT_OUT_PERIOD:
        return MatchEvent(**base, type=MatchEventType.SHOOT_OUT_KICK, scored=scored, penalty=True)
    if scored:
        return MatchEvent(**base, type=MatchEventType.GOAL, penalty=penalty)
    return MatchEvent(**base, type=MatchEventType.PENALTY_MISSED, penalty=True) if penalty else None


def _chance(entry: Mapping[str, Any], base: Mapping[str, Any], tags: set[int]) -> MatchEvent | None:
    """Return a shot that is no goal, a corner or a free kick; None for anything else."""
    if base["period"] == SHOOT_OUT_PERIOD:
        return None
    kick = entry.get("subEventName") or entry.get("subEventId")
    if _event_name(entry) == SHOT or kick in FREE_KICK_SHOT:
        return MatchEvent(**base, type=MatchEventType.SHOT, outcome=_outcome(tags))
    if _event_name(entry) != FREE_KICK:
        return None
    set_piece = SET_PIECES.get(kick)
    return MatchEvent(**base, type=set_piece) if set_piece is not None else None


def _outcome(tags: set[int]) -> ShotOutcome:
    if tags & WOODWORK:
        return ShotOutcome.WOODWORK
    if BLOCKED in tags:
        return ShotOutcome.BLOCKED
    return ShotOutcome.SAVED if ON_TARGET in tags else ShotOutcome.OFF_TARGET


def _position(entry: Mapping[str, Any]) -> dict[str, float]:
    """Return where an entry begins; the provider counts in percent, towards the opponents' goal."""
    first = next(iter(entry.get("positions") or ()), None)
    if not isinstance(first, Mapping) or not {"x", "y"} <= first.keys():
        return {}
    return position(float(first["x"]) / 100, float(first["y"]) / 100)


def _is_same_goal(goal: MatchEvent, other: MatchEvent) -> bool:
    # An own goal can also be tagged on the keeper's attempt.
    return (
        goal.id != other.id
        and goal.period == other.period
        and goal.side is other.side
        and abs(goal.clock_seconds - other.clock_seconds) < SAME_GOAL_SECONDS
    )


def _with_penalties_awarded(
    match_events: Iterable[MatchEvent], entries: Sequence[Mapping[str, Any]], sides: Mapping[str, Side]
) -> Iterator[MatchEvent]:
    """Add an award before each penalty: at the opponents' last foul before the kick, else at the kick."""
    fouls = [
        (PERIODS[entry["matchPeriod"]], float(entry["eventSec"]), sides[str(entry["teamId"])])
        for entry in entries
        if _event_name(entry) == FOUL
    ]
    for match_event in match_events:
        if match_event.penalty and match_event.period != SHOOT_OUT_PERIOD and match_event.side is not None:
            award = max(
                (
                    clock_seconds
                    for period, clock_seconds, side in fouls
                    if period == match_event.period
                    and side is match_event.side.opponent
                    and 0 <= match_event.clock_seconds - clock_seconds <= FOUL_TO_PENALTY_SECONDS
                ),
                default=match_event.clock_seconds,
            )
            yield MatchEvent(
                id=f"{match_event.id}-award",
                type=MatchEventType.PENALTY_AWARDED,
                period=match_event.period,
                clock_seconds=round(award, 3),
                side=match_event.side,
            )
        yield match_event


def _card(tags: set[int]) -> Card | None:
    if RED_CARD in tags:
        return Card.RED
    if SECOND_YELLOW_CARD in tags:
        return Card.SECOND_YELLOW
    return Card.YELLOW if YELLOW_CARD in tags else None


def _event_name(entry: Mapping[str, Any]) -> str:
    """Return the name of the entry's type; some exports have its number, some its name."""
    event_type = entry.get("eventName") or entry.get("eventId")
    return EVENT_NAMES.get(event_type, str(event_type)) if isinstance(event_type, int) else str(event_type)


def _is_kick_at_goal(entry: Mapping[str, Any]) -> bool:
    """True for a shot or a free kick; the keeper's attempt carries the goal's tag too and does not count."""
    return _event_name(entry) in (SHOT, FREE_KICK)


def _is_penalty(entry: Mapping[str, Any]) -> bool:
    return PENALTY in (entry.get("subEventName"), entry.get("subEventId")) or (
        entry.get("subEventId") == PENALTY_SUB_EVENT
    )


def _team(raw: Mapping[str, Any], team_id: str) -> Team:
    team = raw["teams"][team_id]["team"]
    return Team(id=team_id, name=readable(team.get("name") or team["officialName"]))


def _names_of(player: Mapping[str, Any]) -> tuple[str, str, str]:
    full = f"{player.get('firstName', '')} {player.get('lastName', '')}"
    return (str(player["wyId"]), player.get("shortName") or full, full)
