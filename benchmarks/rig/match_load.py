"""One match as load: new viewers who connect, interact, reconnect, vanish and leave."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from local.play.demo.demo_match import PROVIDER
from local.play.feeds.feed import Feed
from local.play.replay.live_viewers import live_viewers
from local.play.replay.pacing import constant
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import RunningTwin, replay
from local.play.replay.viewer_spec import Behaviour, ViewerSpec
from local.study.tastes.taste_clicks import TasteClicks

BEHAVIOURS = {0: Behaviour.RECONNECTING, 1: Behaviour.VANISHING, 2: Behaviour.SLOW}
"""One viewer in ten each; the others stay."""
LASTS = timedelta(hours=3)
"""A match began so long ago, so that none of its signals is in the future however fast it is played."""


def play_match(twin: RunningTwin, feed: Feed, number: int, *, viewers: int, speed: float) -> dict[str, Any]:
    """Play the match under a new id, with times and connections of its own; return the replay's report."""
    kick_off = datetime.now(UTC).replace(microsecond=0) - LASTS
    later = kick_off - feed.match.kick_off
    feed = feed.numbered(number)
    match = replace(feed.match, kick_off=kick_off)
    signals = [replace(signal, occurred_at=signal.occurred_at + later) for signal in feed.signals]
    plan = ReplayPlan(
        match=match,
        signals=signals,
        specs=[_behaving(spec, at) for at, spec in enumerate(live_viewers(match, viewers, seed=number))],
        personas=personas(match)[:1],
        pace=constant(speed),
        provider=PROVIDER,
        engine="embedded",
        click_model=TasteClicks(match.home.name, match.away.name),
    )
    return asyncio.run(replay(twin, plan))


def _behaving(spec: ViewerSpec, at: int) -> ViewerSpec:
    return replace(spec, behaviour=BEHAVIOURS.get(at % 10, Behaviour.LIVE), after_messages=3)
