"""Read Sportmonks-like documents (v3): a fixture with participants, state, scores, periods and events.

Events have ids, which help to recognise an amended entry and are not relied on. `result` is the score after a
goal, so the side that gains by an own goal is the one whose score grew. A card with `rescinded` is withdrawn.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.match import Match, Score, Team, Venue
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
from polled_feed.goal_sides import gaining_side
from polled_feed.minutes import at_minute, clock_of_minute, kick_clock
from polled_feed.snapshot import Cancellation, Phase, PolledEntry, PolledMatch
from polled_feed.stages import stage_named

VAR, GOAL, OWN_GOAL, PENALTY, MISSED_PENALTY, SUBSTITUTION = 10, 14, 15, 16, 17, 18
KICK_MISSED, KICK_SCORED = 22, 23
CARDS = {19: Card.YELLOW, 20: Card.RED, 21: Card.SECOND_YELLOW}
GOALS = frozenset({GOAL, OWN_GOAL, PENALTY})
TYPE_IDS = {
    "VAR": VAR,
    "GOAL": GOAL,
    "OWNGOAL": OWN_GOAL,
    "PENALTY": PENALTY,
    "MISSED_PENALTY": MISSED_PENALTY,
    "SUBSTITUTION": SUBSTITUTION,
    "YELLOWCARD": 19,
    "REDCARD": 20,
    "YELLOWREDCARD": 21,
    "PENALTY_SHOOTOUT_MISS": KICK_MISSED,
    "PENALTY_SHOOTOUT_GOAL": KICK_SCORED,
}
PERIODS_BY_FIRST_MINUTE = {0: 1, 45: 2, 90: 3, 105: 4}
STATE_NAMES = {
    1: "NS",
    2: "INPLAY_1ST_HALF",
    3: "HT",
    4: "BREAK",
    5: "FT",
    6: "INPLAY_ET",
    7: "AET",
    8: "FT_PEN",
    9: "INPLAY_PENALTIES",
    10: "POSTPONED",
    11: "SUSPENDED",
    12: "CANCELLED",
    22: "INPLAY_2ND_HALF",
}
FIXED_PHASES = {
    **dict.fromkeys(("NS", "TBA", "PENDING", "DELAYED"), Phase.NOT_STARTED),
    **dict.fromkeys(("SUSPENDED", "INTERRUPTED", "AWAITING_UPDATES"), Phase.INTERRUPTED),
    **dict.fromkeys(("POSTPONED", "CANCELLED", "ABANDONED", "AWARDED", "WO", "DELETED"), Phase.OFF),
}
PROGRESS: Mapping[str, tuple[Phase, tuple[int, ...]]] = {
    "INPLAY_1ST_HALF": (Phase.IN_PLAY, (1,)),
    "HT": (Phase.BREAK, (1,)),
    "INPLAY_2ND_HALF": (Phase.IN_PLAY, (1, 2)),
    "BREAK": (Phase.BREAK, (1, 2)),
    "FT": (Phase.FINISHED, (1, 2)),
    "INPLAY_ET": (Phase.IN_PLAY, (1, 2, 3)),
    "EXTRA_TIME_BREAK": (Phase.BREAK, (1, 2, 3)),
    "INPLAY_ET_2ND_HALF": (Phase.IN_PLAY, (1, 2, 3, 4)),
    "AET": (Phase.FINISHED, (1, 2, 3, 4)),
}
SHOOT_OUT_STATES = {
    "PEN_BREAK": Phase.BREAK,
    "INPLAY_PENALTIES": Phase.IN_PLAY,
    "FT_PEN": Phase.FINISHED,
}


def read_sportmonks(document: object, match_id: str | None = None) -> PolledMatch:
    """Return what a document says of its match; raises DocumentError."""
    data = field_of(document, "data")
    fixture = one_match(data, match_id, ("id",)) if isinstance(data, list) else data
    if not isinstance(fixture, Mapping):
        raise DocumentError("data", "a fixture", field_of(document, "message"))
    return _Fixture(fixture).read()


class _Fixture:
    def __init__(self, fixture: Mapping[str, Any]) -> None:
        self._raw = fixture
        self._home = self._team("home")
        self._away = self._team("away")
        self._period_rows = {
            period: row for row in items_of(fixture.get("periods")) if (period := _period_of(row)) is not None
        }
        self._period_by_id = {
            text_of(field_of(row, "id")): period for period, row in self._period_rows.items()
        }
        self._phase, self._periods = self._progress()
        self._unread: Counter[str] = Counter()
        self._kicks = 0
        self._goals = Score()

    def read(self) -> PolledMatch:
        entries: list[PolledEntry] = []
        cancellations: list[Cancellation] = []
        events = self._raw.get("events")
        for event in sorted(items_of(events), key=_order):
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
            score=self._score(),
            entries=tuple(entries) if isinstance(events, list) else None,
            cancellations=tuple(cancellations),
            period_starts=self._period_starts(),
            unread=dict(self._unread),
        )

    def _team(self, location: str) -> Team:
        found = [
            each
            for each in items_of(self._raw.get("participants"))
            if field_of(each, "meta", "location") == location
        ]
        return required_team(found[0] if found else None, f"data.participants ({location})")

    def _match(self) -> Match:
        match_id = text_of(self._raw.get("id"))
        if match_id is None:
            raise DocumentError("data.id", "an id", None)
        venue = text_of(field_of(self._raw, "venue", "name"))
        starts = self._raw.get("starting_at_timestamp") or self._raw.get("starting_at")
        return Match(
            id=match_id,
            competition=text_of(field_of(self._raw, "league", "name")) or "Sportmonks",
            stage=stage_named(text_of(field_of(self._raw, "stage", "name"))),
            venue=Venue(name=venue or f"Home of {self._home.name}"),
            home=self._home,
            away=self._away,
            kick_off=required_instant(starts, "data.starting_at"),
        )

    def _progress(self) -> tuple[Phase, tuple[int, ...]]:
        name = text_of(field_of(self._raw, "state", "developer_name")) or text_of(
            field_of(self._raw, "state", "state")
        )
        name = name or STATE_NAMES.get(integer_of(self._raw.get("state_id")) or 0, "")
        if name in FIXED_PHASES:
            return FIXED_PHASES[name], ()
        if name in PROGRESS:
            return PROGRESS[name]
        if name not in SHOOT_OUT_STATES:
            raise DocumentError("data.state", "a state such as INPLAY_1ST_HALF, HT or FT", name)
        extra_time = 3 in self._period_rows or any(
            (integer_of(field_of(event, "minute")) or 0) > 90
            and integer_of(field_of(event, "type_id")) not in (KICK_MISSED, KICK_SCORED)
            for event in items_of(self._raw.get("events"))
        )
        played = (1, 2, 3, 4) if extra_time else (1, 2)
        return SHOOT_OUT_STATES[name], played if name == "PEN_BREAK" else (*played, SHOOT_OUT_PERIOD)

    def _minute(self) -> tuple[int, float] | None:
        if self._phase is not Phase.IN_PLAY or self._periods[-1] == SHOOT_OUT_PERIOD:
            return None
        period = self._periods[-1]
        elapsed = integer_of(field_of(self._period_rows.get(period), "minutes"))
        if elapsed is None:
            return None
        return period, clock_of_minute(elapsed + 1, None, period)

    def _score(self) -> Score | None:
        goals = {
            text_of(field_of(row, "score", "participant")): field_of(row, "score", "goals")
            for row in items_of(self._raw.get("scores"))
            if field_of(row, "description") == "CURRENT"
        }
        return score_of(goals.get("home"), goals.get("away"))

    def _period_starts(self) -> dict[int, datetime]:
        found = {period: instant_of(field_of(row, "started")) for period, row in self._period_rows.items()}
        return {period: start for period, start in found.items() if start is not None}

    def _entry(self, event: Any) -> PolledEntry | Cancellation | None:
        name = text_of(field_of(event, "type", "developer_name"))
        kind = integer_of(field_of(event, "type_id")) or TYPE_IDS.get(name or "", 0)
        side = side_of(field_of(event, "participant_id"), self._home, self._away)
        minute = integer_of(field_of(event, "minute"))
        player = text_of(field_of(event, "player_name"))
        given_id = text_of(field_of(event, "id"))
        if kind in (KICK_MISSED, KICK_SCORED) and side is not None:
            self._kicks += 1
            return PolledEntry(
                type=MatchEventType.SHOOT_OUT_KICK,
                period=SHOOT_OUT_PERIOD,
                clock_seconds=kick_clock(self._kicks),
                side=side,
                player=player,
                penalty=True,
                scored=kind == KICK_SCORED,
                given_id=given_id,
            )
        if side is None or minute is None:
            self._unread["event without a participant or a minute"] += 1
            return None
        added = integer_of(field_of(event, "extra_minute"))
        period = self._period_by_id.get(text_of(field_of(event, "period_id")))
        if period is None or period == SHOOT_OUT_PERIOD:
            period, clock = at_minute(minute, added, self._periods)
        else:
            clock = clock_of_minute(minute, added, period)
        base: dict[str, Any] = {"period": period, "clock_seconds": clock, "side": side}
        if kind == VAR:
            return self._review(event, base, given_id)
        return self._played(kind, event, {**base, "player": player, "given_id": given_id})

    def _played(self, kind: int, event: Any, base: dict[str, Any]) -> PolledEntry | None:
        if field_of(event, "rescinded") is True:
            return None
        if kind in GOALS:
            after = _result(field_of(event, "result"))
            if kind == OWN_GOAL:
                base["side"] = gaining_side(self._goals, after, base["side"])
            self._goals = after or self._goals.plus(base["side"])
            return PolledEntry(
                **base,
                type=MatchEventType.GOAL,
                own_goal=kind == OWN_GOAL,
                penalty=kind == PENALTY,
            )
        if kind == MISSED_PENALTY:
            return PolledEntry(**base, type=MatchEventType.PENALTY_MISSED, penalty=True)
        if kind in CARDS:
            return PolledEntry(**base, type=MatchEventType.CARD, card=CARDS[kind])
        if kind == SUBSTITUTION:
            off = text_of(field_of(event, "related_player_name"))
            return PolledEntry(**base, type=MatchEventType.SUBSTITUTION, other_player=off)
        name = text_of(field_of(event, "type", "developer_name")) or f"type {kind}"
        self._unread[f"event {name}"] += 1
        return None

    def _review(
        self, event: Any, base: dict[str, Any], given_id: str | None
    ) -> PolledEntry | Cancellation | None:
        words = " ".join((text_of(field_of(event, name)) or "").lower() for name in ("info", "addition"))
        if "goal cancelled" in words or "goal disallowed" in words:
            return Cancellation(type=MatchEventType.GOAL, **base)
        if "penalty cancelled" in words or "penalty disallowed" in words:
            return Cancellation(type=MatchEventType.PENALTY_AWARDED, **base)
        if "penalty confirmed" in words:
            return PolledEntry(**base, type=MatchEventType.PENALTY_AWARDED, given_id=given_id)
        self._unread[f"VAR {words}".strip()] += 1
        return None


def _period_of(row: Any) -> int | None:
    if "pen" in (text_of(field_of(row, "description")) or "").lower():
        return SHOOT_OUT_PERIOD
    first_minute = integer_of(field_of(row, "counts_from"))
    return None if first_minute is None else PERIODS_BY_FIRST_MINUTE.get(first_minute)


def _order(event: Any) -> tuple[int, int, int]:
    return (
        integer_of(field_of(event, "minute")) or 0,
        integer_of(field_of(event, "extra_minute")) or 0,
        integer_of(field_of(event, "sort_order")) or 0,
    )


def _result(value: object) -> Score | None:
    """Return the score in a text such as 1-0."""
    home, dash, away = (text_of(value) or "").partition("-")
    return score_of(home, away) if dash else None
