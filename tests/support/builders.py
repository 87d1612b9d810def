"""Builders of the domain's values, with defaults that a test overrides."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.cohort import Cohort, ViewerTraits
from domain.component import Component, Slot
from domain.match import Match, Score, Stage, Team, Venue
from domain.moment import Moment, MomentType
from domain.remote import Isolation, Remote

HASH = "sha384-" + 64 * "A"
"""A well-formed hash of Subresource Integrity."""
KICK_OFF = datetime(2021, 6, 11, 19, 0, tzinfo=UTC)
FAR_FUTURE = datetime(2199, 1, 1, tzinfo=UTC)


def a_match(match_id: str = "turkey-italy") -> Match:
    return Match(
        id=match_id,
        competition="Euro 2020",
        stage=Stage.GROUP,
        venue=Venue(name="Stadio Olimpico", neutral=False),
        home=Team(id="909", name="Turkey"),
        away=Team(id="914", name="Italy"),
        kick_off=KICK_OFF,
    )


def a_moment(
    number: int = 1, *, kind: MomentType = MomentType.GOAL, match_id: str = "turkey-italy", **changes: Any
) -> Moment:
    """Build a moment in this minute of the first half; by default a goal of the away team."""
    fields: dict[str, Any] = {
        "id": f"{match_id}:{kind}:{number}",
        "match_id": match_id,
        "type": kind,
        "signal_id": f"signal-{number}",
        "period": 1,
        "clock_seconds": 60.0 * number,
        "occurred_at": KICK_OFF + timedelta(minutes=number),
        "score": Score(away=number),
        "team": "Italy",
        "received_at_ms": 1_000,
        "detected_at_ms": 1_010,
    }
    return Moment(**{**fields, **changes})


def a_component(component_id: str, slot: Slot = Slot.OVERLAY, **changes: Any) -> Component:
    fields: dict[str, Any] = {
        "id": component_id,
        "type": "poll",
        "title": component_id.title(),
        "slot": slot,
        "remote": Remote(
            url=f"/remotes/{component_id}.js",
            module="./Widget",
            integrity=HASH,
            isolation=Isolation.MODULE,
        ),
    }
    return Component(**{**fields, **changes})


def a_viewer(
    number: int = 1, *, team: str = "Italy", age_band: str = "25-34", **changes: Any
) -> ViewerTraits:
    cohort = Cohort(favourite_team=team, age_band=age_band, country="IT", tier="premium")
    return ViewerTraits(**{"viewer_id": f"viewer-{number}", "cohort": cohort, **changes})


def request_line(path: dict[str, str]) -> str:
    """Return the method and path that a provider signs, for the path parameters of an event."""
    return f"PUT /matches/{path['match_id']}" if "match_id" in path else f"POST /feeds/{path['provider']}"
