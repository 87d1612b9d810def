"""One match as load: new viewers who connect, interact, reconnect, vanish and leave."""

import asyncio
from dataclasses import replace
from typing import Any

from local.play.demo.demo_match import PROVIDER
from local.play.feeds.feed import Feed
from local.play.replay.live_viewers import live_viewers
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import RunningTwin, replay
from local.play.replay.viewer_spec import Behaviour, ViewerSpec
from local.study.tastes.taste_clicks import TasteClicks

BEHAVIOURS = {0: Behaviour.RECONNECTING, 1: Behaviour.VANISHING, 2: Behaviour.SLOW}
"""One viewer in ten each; the others stay."""


def play_match(twin: RunningTwin, feed: Feed, number: int, *, viewers: int, speed: float) -> dict[str, Any]:
    """Play the match under a new id, with new connections, and return the replay's report."""
    match = replace(feed.match, id=f"{feed.match.id}-{number}")
    signals = [replace(signal, id=f"{signal.id}-{number}", match_id=match.id) for signal in feed.signals]
    plan = ReplayPlan(
        match=match,
        signals=signals,
        specs=[_behaving(spec, at) for at, spec in enumerate(live_viewers(match, viewers, seed=number))],
        personas=personas(match)[:1],
        speed=speed,
        provider=PROVIDER,
        engine="embedded",
        click_model=TasteClicks(match.home.name, match.away.name),
    )
    return asyncio.run(replay(twin, plan))


def _behaving(spec: ViewerSpec, at: int) -> ViewerSpec:
    return replace(spec, behaviour=BEHAVIOURS.get(at % 10, Behaviour.LIVE), after_messages=3)
