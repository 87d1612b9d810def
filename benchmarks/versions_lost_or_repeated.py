"""`versions_lost_or_repeated`: what 2,000 viewers of three matches on channels lack, or got twice.

Three matches are played at the same time, as fast as they go, on a twin in delivery mode `broadcast`. One
viewer in ten leaves and comes back in mid-match; the others get each version on their channel exactly once.
Viewers report what they see: what was placed for another audience would be refused, and count as an error.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.figure import Figure, figure
from benchmarks.rig.twin_process import TwinProcess, running_twin
from domain.match import Match
from domain.metrics import Metric
from local.play.demo.demo_match import PROVIDER, load_demo_feed
from local.play.feeds.feed import Feed
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.live_viewers import live_viewers
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import metric_totals, replay
from local.play.replay.viewer_spec import Behaviour, ViewerSpec
from local.study.tastes.taste_clicks import TasteClicks

VIEWERS, MATCHES = 2_000, 3
AUDIENCES = 16
"""Kinds of viewers of each match."""
LEAVING = 10
"""One viewer in so many leaves and comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A match that was played: its versions, who stayed, and what arrived."""

    versions: frozenset[int]
    staying: frozenset[int]
    log: DeliveryLog


def figures() -> Iterator[Figure]:
    """Yield one line."""
    with running_twin("--delivery", "broadcast", "--prewarm") as twin:
        publish_catalogue(twin)
        began = time.monotonic()
        matches = asyncio.run(_play(twin))
        seconds = time.monotonic() - began
        totals = metric_totals(twin.edge_url)
    yield figure(
        "versions_lost_or_repeated",
        sum(_wrong(each) for each in matches),
        "versions",
        viewers=VIEWERS,
        matches=MATCHES,
        versions=[len(each.versions) for each in matches],
        came_back=sum(each.log.reconnections for each in matches),
        errors=dict(sum((each.log.errors for each in matches), Counter[str]())),
        reported=sum(sum(each.log.interactions.values()) for each in matches),
        published=int(totals[Metric.PUBLISHED]),
        delivered=int(totals["OutboundMessages"]),
        seconds=round(seconds),
    )


async def _play(twin: TwinProcess) -> list[Played]:
    feed = load_demo_feed()
    return await asyncio.gather(*(_play_one(twin, feed.numbered(number + 1)) for number in range(MATCHES)))


async def _play_one(twin: TwinProcess, feed: Feed) -> Played:
    specs = _specs(feed.match, VIEWERS // MATCHES)
    plan = ReplayPlan(
        match=feed.match,
        signals=feed.signals,
        specs=specs,
        personas=personas(feed.match)[:1],
        provider=PROVIDER,
        engine="embedded",
        click_model=TasteClicks(feed.match.home.name, feed.match.away.name),
    )
    log = DeliveryLog()
    report: dict[str, Any] = await replay(twin, plan, deliveries=log)
    return Played(
        # The first version is told before everybody has come.
        versions=frozenset(row["version"] for row in report["contexts"]) - {0},
        staying=frozenset(at for at, spec in enumerate(specs) if spec.behaviour is Behaviour.LIVE),
        log=log,
    )


def _specs(match: Match, count: int) -> list[ViewerSpec]:
    kinds = live_viewers(match, AUDIENCES)
    return [
        ViewerSpec(
            traits=replace(kinds[at % AUDIENCES].traits, viewer_id=f"{match.id}-viewer-{at}"),
            match_id=match.id,
            behaviour=Behaviour.LIVE if at % LEAVING else Behaviour.RECONNECTING,
            after_messages=2 + at % 13,
        )
        for at in range(count)
    ]


def _wrong(played: Played) -> int:
    """Return how many versions somebody lacks, or who stayed did not get on the channel exactly once."""
    pushed = Counter((each.viewer, each.version) for each in played.log.deliveries if not each.snapshot)
    had = {(each.viewer, each.version) for each in played.log.deliveries}
    viewers = {viewer for viewer, _ in had}
    lacking = sum((viewer, version) not in had for viewer in viewers for version in played.versions)
    repeated = sum(pushed[viewer, version] != 1 for viewer in played.staying for version in played.versions)
    return lacking + repeated + (played.log.viewers - len(viewers)) * len(played.versions)
