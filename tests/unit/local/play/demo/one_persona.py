"""The demo's state with one persona, whose picture is where a test's clock says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.placement import Rung
from local.play.demo.state import DemoState
from local.play.demo.tap_effect import TapEffect, control_of
from local.play.replay.pacing import constant
from local.play.replay.personas import personas
from local.play.web.clock import ProgrammeClock
from tests.support.builders import a_match
from tests.support.feed_entries import AWAY, goal

MATCH = a_match("m")
GIULIA, *_ = personas(MATCH)
SCORED = goal(AWAY, 1, 10)
"""The only entry of the feed."""


@dataclass
class WallClock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def programme_clock(now: WallClock) -> ProgrammeClock:
    """Return a clock at ten times the speed of the match."""
    return ProgrammeClock(match_id="m", times=[SCORED.occurred_at], pace=constant(10), now=now)


def state_of(clock: ProgrammeClock) -> DemoState:
    """Return the state before anything has happened."""
    return DemoState(
        match=MATCH,
        signals=1,
        personas=(GIULIA,),
        tap_effect=TapEffect(tapper=GIULIA, control=control_of(GIULIA)),
        picture=clock,
    )


def version(at: datetime, **placement: object) -> dict[str, Any]:
    """Return a version whose poll is due at a programme time."""
    times = {"notBefore": at.isoformat(), "validUntil": (at + timedelta(minutes=2)).isoformat()}
    poll = {"slot": "side_panel", "componentId": "poll", "type": "live_poll", "title": "Who scores next?"}
    return {
        "version": 1,
        "rung": Rung.COHORT.value,
        "moment": {"type": "GOAL", "team": "Italy"},
        "score": [0, 1],
        "media": times,
        "placements": [{**poll, "rung": Rung.COHORT.value, "constraints": [], **placement}],
        "afterwards": [],
    }
