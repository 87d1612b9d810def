"""Read football-data.org's match documents (v4): `/matches/{id}`, or a list of `matches`.

`score.fullTime` is the running score and counts the kicks of a shoot-out, which `score.penalties` has as
well. There are no video reviews, and neither missed penalties nor the kicks have a minute. Without the paid
details a document has no lists of entries, only the status and the score.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from domain.match import Match, Score, Team, Venue
from domain.match_event import SHOOT_OUT_PERIOD, Card, MatchEventType
from polled_feed.errors import DocumentError
from polled_feed.fields import (
    field_of,
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
from polled_feed.minutes import at_minute
from polled_feed.snapshot import Phase, PolledEntry, PolledMatch
from polled_feed.stages import stage_named

GOALS, BOOKINGS, SUBSTITUTIONS = "goals", "bookings", "substitutions"
CARDS = {"YELLOW": Card.YELLOW, "YELLOW_RED": Card.SECOND_YELLOW, "RED": Card.RED}
OWN_GOALS = frozenset({"OWN", "OWN_GOAL"})
GOAL_TYPES = frozenset({"REGULAR", "PENALTY", *OWN_GOALS})
FIXED_PHASES = {
    "SCHEDULED": Phase.NOT_STARTED,
    "TIMED": Phase.NOT_STARTED,
    "SUSPENDED": Phase.INTERRUPTED,
    "POSTPONED": Phase.OFF,
    "CANCELLED": Phase.OFF,
    "AWARDED": Phase.OFF,
}
IN_PLAY = frozenset({"IN_PLAY", "LIVE", "EXTRA_TIME", "PENALTY_SHOOTOUT"})


def read_football_data(document: object, match_id: str | None = None) -> PolledMatch:
    """Return what a document says of its match; raises DocumentError."""
    if field_of(document, "errorCode") is not None:
        raise DocumentError("errorCode", "none", field_of(document, "message"))
    listed = field_of(document, "matches")
    match = one_match(listed, match_id, ("id",)) if isinstance(listed, list) else document
    if not isinstance(match, Mapping):
        raise DocumentError("document", "a match", match)
    return _Document(match).read()


class _Document:
    def __init__(self, match: Mapping[str, Any]) -> None:
        self._raw = match
        self._home: Team = required_team(match.get("homeTeam"), "homeTeam")
        self._away: Team = required_team(match.get("awayTeam"), "awayTeam")
        self._duration = text_of(field_of(match, "score", "duration")) or "REGULAR"
        self._minute, self._added = _minute(match.get("minute"), match.get("injuryTime"))
        self._phase, self._periods = self._progress()
        self._unread: Counter[str] = Counter()

    def read(self) -> PolledMatch:
        has_entries = any(isinstance(self._raw.get(name), list) for name in (GOALS, BOOKINGS, SUBSTITUTIONS))
        entries = tuple(self._entries()) if has_entries else None
        self._unread["penalty without a time"] += len(items_of(self._raw.get("penalties")))
        minute = None
        if self._minute and self._phase is Phase.IN_PLAY and SHOOT_OUT_PERIOD not in self._periods:
            minute = at_minute(self._minute, self._added, self._periods)
        return PolledMatch(
            match=self._match(),
            phase=self._phase,
            periods=self._periods,
            minute=minute,
            score=self._score(),
            entries=entries,
            unread=dict(+self._unread),
        )

    def _match(self) -> Match:
        match_id = text_of(self._raw.get("id"))
        if match_id is None:
            raise DocumentError("id", "an id", None)
        return Match(
            id=match_id,
            competition=text_of(field_of(self._raw, "competition", "name")) or "football-data.org",
            stage=stage_named(text_of(self._raw.get("stage"))),
            venue=Venue(name=text_of(self._raw.get("venue")) or f"Home of {self._home.name}"),
            home=self._home,
            away=self._away,
            kick_off=required_instant(self._raw.get("utcDate"), "utcDate"),
        )

    def _progress(self) -> tuple[Phase, tuple[int, ...]]:
        status = text_of(self._raw.get("status")) or ""
        if status in FIXED_PHASES:
            return FIXED_PHASES[status], ()
        if status not in IN_PLAY and status not in ("PAUSED", "FINISHED"):
            raise DocumentError("status", "a status such as IN_PLAY, PAUSED or FINISHED", status)
        phase = {"PAUSED": Phase.BREAK, "FINISHED": Phase.FINISHED}.get(status, Phase.IN_PLAY)
        minute = self._minute or 0
        if "PENALTY_SHOOTOUT" in (status, self._duration):
            extra_time = field_of(self._raw, "score", "extraTime") is not None
            return phase, (1, 2, 3, 4, SHOOT_OUT_PERIOD) if extra_time else (1, 2, SHOOT_OUT_PERIOD)
        if "EXTRA_TIME" in (status, self._duration):
            if phase is Phase.BREAK:
                return phase, (1, 2, 3) if minute > 90 else (1, 2)
            is_second_half = phase is Phase.FINISHED or minute > 105
            return phase, (1, 2, 3, 4) if is_second_half else (1, 2, 3)
        if phase is Phase.BREAK:
            return phase, (1, 2) if minute > 45 else (1,)
        if phase is Phase.FINISHED or minute > 45:
            return phase, (1, 2)
        has_half_time = field_of(self._raw, "score", "halfTime", "home") is not None
        return phase, (1, 2) if has_half_time and not minute else (1,)

    def _score(self) -> Score | None:
        running = _score(field_of(self._raw, "score", "fullTime"))
        kicks = _score(field_of(self._raw, "score", "penalties"))
        if running is None or kicks is None or SHOOT_OUT_PERIOD not in self._periods:
            return running
        in_play = _score(field_of(self._raw, "score", "regularTime"))
        extra = _score(field_of(self._raw, "score", "extraTime")) or Score()
        if in_play is not None:
            return Score(home=in_play.home + extra.home, away=in_play.away + extra.away)
        return Score(home=max(running.home - kicks.home, 0), away=max(running.away - kicks.away, 0))

    def _entries(self) -> Iterator[PolledEntry]:
        yield from self._goals()
        for booking in items_of(self._raw.get(BOOKINGS)):
            base, card = self._base(booking), CARDS.get(text_of(field_of(booking, "card")) or "")
            player = text_of(field_of(booking, "player", "name"))
            if base is not None and card is not None:
                yield PolledEntry(**base, type=MatchEventType.CARD, player=player, card=card)
            elif base is not None:
                self._unread["booking without a card"] += 1
        for change in items_of(self._raw.get(SUBSTITUTIONS)):
            base = self._base(change)
            if base is not None:
                yield PolledEntry(
                    **base,
                    type=MatchEventType.SUBSTITUTION,
                    player=text_of(field_of(change, "playerIn", "name")),
                    other_player=text_of(field_of(change, "playerOut", "name")),
                )

    def _goals(self) -> Iterator[PolledEntry]:
        before = Score()
        for goal in items_of(self._raw.get(GOALS)):
            base = self._base(goal)
            kind = text_of(field_of(goal, "type")) or "REGULAR"
            after = _score(field_of(goal, "score"))
            if base is None or kind not in GOAL_TYPES:
                if base is not None:
                    self._unread[f"goal {kind}"] += 1
                continue
            is_own = kind in OWN_GOALS
            if is_own:
                base["side"] = gaining_side(before, after, base["side"])
            before = after or before.plus(base["side"])
            yield PolledEntry(
                **base,
                type=MatchEventType.GOAL,
                player=text_of(field_of(goal, "scorer", "name")),
                own_goal=is_own,
                penalty=kind == "PENALTY",
            )

    def _base(self, entry: Any) -> dict[str, Any] | None:
        side = side_of(field_of(entry, "team", "id"), self._home, self._away)
        minute, added = _minute(field_of(entry, "minute"), field_of(entry, "injuryTime"))
        if side is None or minute is None:
            self._unread["entry without a team or a time"] += 1
            return None
        period, clock = at_minute(minute, added, self._periods)
        return {"period": period, "clock_seconds": clock, "side": side}


def _minute(value: object, added: object) -> tuple[int | None, int | None]:
    """Return a minute and what was added to it; either may be one text such as 45+2."""
    head, plus, tail = value.partition("+") if isinstance(value, str) else (value, "", "")
    return integer_of(head), integer_of(tail) if plus else integer_of(added)


def _score(value: object) -> Score | None:
    return score_of(field_of(value, "home"), field_of(value, "away"))
