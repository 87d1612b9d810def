"""Read API-Football's documents (v3): `/fixtures`, alone or in a list with `/fixtures/events`.

For an own goal `team` is the side that gains. `goals` has no kicks of the shoot-out; those are entries with
the comment "Penalty Shootout". Entries have no ids. `assist` of a substitution is the player who comes on;
some matches have the two players swapped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.match import Match, Team, Venue
from domain.match_event import SHOOT_OUT_PERIOD, Card, MatchEventType
from polled_feed.errors import DocumentError
from polled_feed.fields import (
    field_of,
    instant_of,
    integer_of,
    items_of,
    one_match,
    required_instant,
    required_team,
    score_of,
    side_of,
    text_of,
)
from polled_feed.minutes import at_minute, kick_clock, period_of_minute
from polled_feed.snapshot import Cancellation, Phase, PolledEntry, PolledMatch
from polled_feed.stages import stage_named

EVENTS = "fixtures/events"
OFF = frozenset({"PST", "CANC", "ABD", "AWD", "WO"})
NOT_STARTED = frozenset({"NS", "TBD"})
INTERRUPTED = frozenset({"SUSP", "INT"})
CARDS = {"yellow card": Card.YELLOW, "red card": Card.RED, "second yellow card": Card.SECOND_YELLOW}
SHOOT_OUT_COMMENT = "penalty shootout"


def read_api_football(document: object, match_id: str | None = None) -> PolledMatch:
    """Return what a document says of its match; raises DocumentError."""
    documents = document if isinstance(document, list) else [document]
    fixtures, events = None, None
    for each in documents:
        if field_of(each, "errors"):
            raise DocumentError("errors", "none", field_of(each, "errors"))
        if field_of(each, "get") == EVENTS:
            events = items_of(field_of(each, "response"))
        else:
            fixtures = field_of(each, "response")
    if not isinstance(fixtures, list):
        raise DocumentError("response", "a list of fixtures", fixtures)
    fixture = one_match(fixtures, match_id, ("fixture", "id"))
    if events is None and isinstance(field_of(fixture, "events"), list):
        events = fixture["events"]
    return _Fixture(fixture, events).read()


class _Fixture:
    def __init__(self, fixture: Mapping[str, Any], events: Sequence[Any] | None) -> None:
        self._fixture = fixture
        self._events = events
        self._home: Team = required_team(field_of(fixture, "teams", "home"), "teams.home")
        self._away: Team = required_team(field_of(fixture, "teams", "away"), "teams.away")
        self._status = text_of(field_of(fixture, "fixture", "status", "short")) or ""
        self._elapsed = integer_of(field_of(fixture, "fixture", "status", "elapsed"))
        self._phase, self._periods = self._progress()
        self._unread: Counter[str] = Counter()
        self._kicks = 0

    def read(self) -> PolledMatch:
        entries: list[PolledEntry] = []
        cancellations: list[Cancellation] = []
        for event in self._events or ():
            found = self._entry(event)
            if isinstance(found, PolledEntry):
                entries.append(found)
            elif found is not None:
                cancellations.append(found)
        return PolledMatch(
            match=self._match(),
            phase=self._phase,
            periods=self._periods,
            minute=self._minute(),
            score=score_of(
                field_of(self._fixture, "goals", "home"), field_of(self._fixture, "goals", "away")
            ),
            entries=tuple(entries) if self._events is not None else None,
            cancellations=tuple(cancellations),
            period_starts=self._period_starts(),
            unread=dict(self._unread),
        )

    def _match(self) -> Match:
        fixture = self._fixture
        match_id = text_of(field_of(fixture, "fixture", "id"))
        if match_id is None:
            raise DocumentError("fixture.id", "an id", None)
        venue = text_of(field_of(fixture, "fixture", "venue", "name"))
        return Match(
            id=match_id,
            competition=text_of(field_of(fixture, "league", "name")) or "API-Football",
            stage=stage_named(text_of(field_of(fixture, "league", "round"))),
            venue=Venue(name=venue or f"Home of {self._home.name}"),
            home=self._home,
            away=self._away,
            kick_off=required_instant(field_of(fixture, "fixture", "date"), "fixture.date"),
        )

    def _progress(self) -> tuple[Phase, tuple[int, ...]]:
        status, elapsed = self._status, self._elapsed or 0
        extra_time = field_of(self._fixture, "score", "extratime", "home") is not None
        until_shoot_out = (1, 2, 3, 4) if extra_time or elapsed > 90 else (1, 2)
        if status in OFF:
            return Phase.OFF, ()
        if status in NOT_STARTED:
            return Phase.NOT_STARTED, ()
        if status in INTERRUPTED:
            return Phase.INTERRUPTED, ()
        known: dict[str, tuple[Phase, tuple[int, ...]]] = {
            "1H": (Phase.IN_PLAY, (1,)),
            "HT": (Phase.BREAK, (1,)),
            "2H": (Phase.IN_PLAY, (1, 2)),
            "LIVE": (Phase.IN_PLAY, tuple(range(1, period_of_minute(elapsed) + 1))),
            "ET": (Phase.IN_PLAY, (1, 2, 3, 4) if elapsed > 105 else (1, 2, 3)),
            "BT": (Phase.BREAK, (1, 2, 3) if elapsed > 90 else (1, 2)),
            "P": (Phase.IN_PLAY, (*until_shoot_out, SHOOT_OUT_PERIOD)),
            "FT": (Phase.FINISHED, (1, 2)),
            "AET": (Phase.FINISHED, (1, 2, 3, 4)),
            "PEN": (Phase.FINISHED, (*until_shoot_out, SHOOT_OUT_PERIOD)),
        }
        if status not in known:
            raise DocumentError("fixture.status.short", "a status such as 1H, HT or FT", status)
        return known[status]

    def _minute(self) -> tuple[int, float] | None:
        if self._elapsed is None or self._phase is not Phase.IN_PLAY or SHOOT_OUT_PERIOD in self._periods:
            return None
        added = integer_of(field_of(self._fixture, "fixture", "status", "extra"))
        return at_minute(self._elapsed, added, self._periods)

    def _period_starts(self) -> dict[int, datetime]:
        names = {1: "first", 2: "second"}
        found = {
            period: instant_of(field_of(self._fixture, "fixture", "periods", name))
            for period, name in names.items()
        }
        return {period: start for period, start in found.items() if start is not None}

    def _entry(self, event: Any) -> PolledEntry | Cancellation | None:
        kind = (text_of(field_of(event, "type")) or "").lower()
        detail = (text_of(field_of(event, "detail")) or "").lower()
        side = side_of(field_of(event, "team", "id"), self._home, self._away)
        minute = integer_of(field_of(event, "time", "elapsed"))
        if side is None or minute is None:
            self._unread["entry without a team or a time"] += 1
            return None
        period, clock = at_minute(minute, integer_of(field_of(event, "time", "extra")), self._periods)
        base: dict[str, Any] = {"period": period, "clock_seconds": clock, "side": side}
        player = text_of(field_of(event, "player", "name"))
        if kind == "goal":
            return self._goal(detail, event, {**base, "player": player})
        if kind == "card" and detail in CARDS:
            return PolledEntry(**base, type=MatchEventType.CARD, player=player, card=CARDS[detail])
        if kind == "subst":
            on = text_of(field_of(event, "assist", "name"))
            return PolledEntry(
                **base, type=MatchEventType.SUBSTITUTION, player=on or player, other_player=player
            )
        if kind == "var":
            return self._review(detail, base)
        self._unread[f"{kind} {detail}".strip() or "entry without a type"] += 1
        return None

    def _goal(self, detail: str, event: Any, base: dict[str, Any]) -> PolledEntry | None:
        missed = detail == "missed penalty"
        if (text_of(field_of(event, "comments")) or "").lower() == SHOOT_OUT_COMMENT:
            self._kicks += 1
            return PolledEntry(
                type=MatchEventType.SHOOT_OUT_KICK,
                period=SHOOT_OUT_PERIOD,
                clock_seconds=kick_clock(self._kicks),
                side=base["side"],
                player=base["player"],
                penalty=True,
                scored=not missed,
            )
        if missed:
            return PolledEntry(**base, type=MatchEventType.PENALTY_MISSED, penalty=True)
        if detail in ("normal goal", "own goal", "penalty"):
            return PolledEntry(
                **base,
                type=MatchEventType.GOAL,
                own_goal=detail == "own goal",
                penalty=detail == "penalty",
            )
        self._unread[f"goal {detail}".strip()] += 1
        return None

    def _review(self, detail: str, base: dict[str, Any]) -> PolledEntry | Cancellation | None:
        if detail.startswith(("goal cancelled", "goal disallowed")):
            return Cancellation(type=MatchEventType.GOAL, **base)
        if detail.startswith("penalty cancelled"):
            return Cancellation(type=MatchEventType.PENALTY_AWARDED, **base)
        if detail.startswith(("penalty confirmed", "penalty awarded")):
            return PolledEntry(**base, type=MatchEventType.PENALTY_AWARDED)
        self._unread[f"var {detail}".strip()] += 1
        return None
