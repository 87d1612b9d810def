"""Documents of each provider about one invented match: Norton against Sutton."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.detection.match_detector import MatchDetector
from domain.detection.outcome import Verdict
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment
from domain.signal import Signal
from polled_feed.polled_feed import PolledFeed
from polled_feed.providers import READERS

MATCH_ID = "901"
KICK_OFF = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
HOME = {"id": 11, "name": "Norton"}
AWAY = {"id": 12, "name": "Sutton"}


@dataclass(frozen=True, kw_only=True)
class Event:
    """An entry in neutral terms; each provider's table has the kinds. `after` is the score after a goal."""

    kind: str
    minute: int
    team: dict[str, Any]
    player: str = "Ada Quill"
    added: int | None = None
    id: int | None = None
    after: str | None = None
    info: str | None = None


AF_DETAILS = {
    "goal": ("Goal", "Normal Goal"),
    "own goal": ("Goal", "Own Goal"),
    "penalty": ("Goal", "Penalty"),
    "missed": ("Goal", "Missed Penalty"),
    "kick": ("Goal", "Penalty"),
    "kick missed": ("Goal", "Missed Penalty"),
    "yellow": ("Card", "Yellow Card"),
    "second": ("Card", "Second Yellow card"),
    "red": ("Card", "Red Card"),
    "sub": ("subst", "Substitution 1"),
}


def api_football(
    status: str,
    elapsed: int | None,
    score: tuple[int, int] | None,
    events: Sequence[Event] | None = (),
    **more: Any,
) -> dict[str, Any]:
    """Return a `/fixtures` document; `events=None` leaves the list out."""
    fixture: dict[str, Any] = {
        "fixture": {
            "id": int(MATCH_ID),
            "date": KICK_OFF.isoformat(),
            "status": {"short": status, "elapsed": elapsed},
            "periods": {"first": None, "second": None},
            "venue": {"name": "Mill Lane"},
        },
        "league": {"name": "County League", "round": "Regular Season - 3"},
        "teams": {"home": HOME, "away": AWAY},
        "goals": {"home": score and score[0], "away": score and score[1]},
        "score": {"extratime": {"home": None, "away": None}},
    }
    if events is not None:
        fixture["events"] = [_af_event(event) for event in events]
    return {"get": "fixtures", "errors": [], "response": [fixture], **more}


def _af_event(event: Event) -> dict[str, Any]:
    kind, detail = AF_DETAILS.get(event.kind, ("Var", event.info))
    return {
        "time": {"elapsed": event.minute, "extra": event.added},
        "team": event.team,
        "player": {"id": 1, "name": event.player},
        "assist": {"id": 2, "name": "Bea Onn" if event.kind == "sub" else None},
        "type": kind,
        "detail": detail,
        "comments": "Penalty Shootout" if event.kind.startswith("kick") else None,
    }


FD_GOALS = {"goal": "REGULAR", "own goal": "OWN", "penalty": "PENALTY"}
FD_CARDS = {"yellow": "YELLOW", "second": "YELLOW_RED", "red": "RED"}


def football_data(
    status: str,
    minute: int | str | None,
    score: tuple[int, int] | None,
    events: Sequence[Event] | None = (),
    duration: str = "REGULAR",
    **scores: Any,
) -> dict[str, Any]:
    """Return a `/matches/{id}` document; `events=None` leaves the lists out."""
    document: dict[str, Any] = {
        "id": int(MATCH_ID),
        "utcDate": "2026-03-14T15:00:00Z",
        "status": status,
        "minute": minute,
        "injuryTime": None,
        "stage": "REGULAR_SEASON",
        "competition": {"name": "County League"},
        "homeTeam": HOME,
        "awayTeam": AWAY,
        "score": {
            "duration": duration,
            "fullTime": {"home": score and score[0], "away": score and score[1]},
            **scores,
        },
    }
    if events is not None:
        document["goals"] = [
            {
                **_fd_event(event),
                "type": FD_GOALS[event.kind],
                "scorer": {"name": event.player},
                "score": _running(event),
            }
            for event in events
            if event.kind in FD_GOALS
        ]
        document["bookings"] = [
            {**_fd_event(event), "player": {"name": event.player}, "card": FD_CARDS[event.kind]}
            for event in events
            if event.kind in FD_CARDS
        ]
        document["substitutions"] = [
            {**_fd_event(event), "playerOut": {"name": event.player}, "playerIn": {"name": "Bea Onn"}}
            for event in events
            if event.kind == "sub"
        ]
    return document


def _fd_event(event: Event) -> dict[str, Any]:
    return {"minute": event.minute, "injuryTime": event.added, "team": event.team}


def _running(event: Event) -> dict[str, int] | None:
    if event.after is None:
        return None
    home, away = event.after.split("-")
    return {"home": int(home), "away": int(away)}


SM_TYPES = {
    "goal": 14,
    "own goal": 15,
    "penalty": 16,
    "missed": 17,
    "sub": 18,
    "yellow": 19,
    "red": 20,
    "second": 21,
    "kick missed": 22,
    "kick": 23,
}


def sportmonks(
    state: str, elapsed: int | None, score: tuple[int, int] | None, events: Sequence[Event] | None = ()
) -> dict[str, Any]:
    """Return a fixture document; `events=None` leaves the list out."""
    starts = {"INPLAY_1ST_HALF": 0, "INPLAY_2ND_HALF": 45, "INPLAY_ET": 90, "INPLAY_ET_2ND_HALF": 105}
    data: dict[str, Any] = {
        "id": int(MATCH_ID),
        "starting_at": "2026-03-14 15:00:00",
        "league": {"name": "County League"},
        "participants": [
            {**HOME, "meta": {"location": "home"}},
            {**AWAY, "meta": {"location": "away"}},
        ],
        "state": {"developer_name": state},
        "scores": [
            {"description": "CURRENT", "score": {"goals": goals, "participant": side}}
            for side, goals in zip(("home", "away"), score or (), strict=False)
        ],
        "periods": [{"id": 71, "counts_from": starts[state], "minutes": elapsed}] if state in starts else [],
    }
    if events is not None:
        data["events"] = [
            {
                "id": event.id,
                "participant_id": event.team["id"],
                "type_id": SM_TYPES.get(event.kind, 10),
                "player_name": event.player,
                "related_player_name": "Cid Mole" if event.kind == "sub" else None,
                "minute": event.minute,
                "extra_minute": event.added,
                "result": event.after,
                "info": event.info,
            }
            for event in events
        ]
    return {"data": data}


STATUSES = {
    "before": ("NS", "TIMED", "NS"),
    "first half": ("1H", "IN_PLAY", "INPLAY_1ST_HALF"),
    "half-time": ("HT", "PAUSED", "HT"),
    "second half": ("2H", "IN_PLAY", "INPLAY_2ND_HALF"),
    "finished": ("FT", "FINISHED", "FT"),
    "break": ("BT", "PAUSED", "BREAK"),
    "extra time": ("ET", "EXTRA_TIME", "INPLAY_ET"),
    "extra time, second half": ("ET", "EXTRA_TIME", "INPLAY_ET_2ND_HALF"),
    "finished after extra time": ("AET", "FINISHED", "AET"),
    "suspended": ("SUSP", "SUSPENDED", "SUSPENDED"),
}
PROVIDERS = ("api-football", "football-data", "sportmonks")


def document_of(
    provider: str,
    status: str,
    minute: int | None = None,
    score: tuple[int, int] | None = (0, 0),
    events: Sequence[Event] | None = (),
) -> dict[str, Any]:
    """Return the document of a provider that says this."""
    names = dict(zip(PROVIDERS, STATUSES[status], strict=True))
    if provider == "football-data":
        duration = "EXTRA_TIME" if "extra time" in status else "REGULAR"
        return football_data(names[provider], minute, score, events, duration)
    build = api_football if provider == "api-football" else sportmonks
    return build(names[provider], minute, score, events)


class Polling:
    """Polls documents of one provider, and gives the signals to a detector as they come."""

    def __init__(self, provider: str) -> None:
        self._read = READERS[provider]
        self._provider = provider
        self._feed = PolledFeed(MATCH_ID, provider)
        self._at = KICK_OFF
        self.detector = MatchDetector(MATCH_ID)
        self.moments: list[Moment] = []

    def poll(self, document: object) -> tuple[Signal, ...]:
        """Poll a document a minute after the last; every signal must be valid and accepted."""
        self._at += timedelta(minutes=1)
        signals = self._feed.poll(self._read(document, None), self._at)
        for signal in signals:
            received = Signal.from_dict(signal.to_dict())
            outcome = self.detector.observe(received)
            assert outcome.verdict is Verdict.ACCEPTED, (outcome, signal)
            assert not outcome.late_refusals
            self.moments.extend(outcome.moments)
        return signals

    def restart(self) -> None:
        """Continue from the state, as a poller that was restarted does."""
        state = json.loads(json.dumps(self._feed.state()))
        self._feed = PolledFeed(MATCH_ID, self._provider, state)

    @property
    def score(self) -> tuple[int, int]:
        """Return the score that the detector has."""
        return self.detector.score.home, self.detector.score.away

    @property
    def sent_off(self) -> tuple[int, int]:
        """Return the players sent off that the detector has."""
        situation = self.detector.situation
        return situation.home_sent_off, situation.away_sent_off

    @property
    def phase(self) -> str:
        """Return the phase that the detector has."""
        return self.detector.situation.phase


def entries_of(signals: Sequence[Signal]) -> list[MatchEvent]:
    """Return the entries of signals, which all have one."""
    return [signal.match_event for signal in signals if signal.match_event is not None]


def types_of(signals: Sequence[Signal]) -> list[MatchEventType]:
    """Return the types of signals that are not a tick of the clock."""
    found = [match_event.type for match_event in entries_of(signals)]
    return [each for each in found if each is not MatchEventType.OTHER]
