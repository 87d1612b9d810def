"""`moment_to_screen_p99_ms`: latency of a real match through the whole twin to 1,000 viewers.

From the ingestion of a moment to the receiving sockets. The campaign is trained as the demo trains its own;
most messages must come from it. The next moment comes when the previous one is on every screen and no
function is busy, at most ten seconds later. As in production, each shard has an environment before the match,
and the campaign its rate: with that of development some of the 116 cohorts wait for the next second.

The first line is the total. The second is the product's own time (`benchmarks/rig/latency_parts.py`), with
its target as the peer. The match is played several times; `runs` has the value of each.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figure import Figure, figure
from benchmarks.rig.campaign_rate import assembly_at_production_rate
from benchmarks.rig.latency_parts import Parts, Spans, split
from benchmarks.rig.twin_process import TwinProcess, running_twin
from domain.placement import Rung
from local.play.demo.demo_match import PROVIDER, load_demo_feed
from local.play.demo.training import train
from local.play.feeds.feed import Feed
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.deliveries import Delivery, DeliveryLog
from local.play.replay.live_viewers import live_viewers
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import replay
from local.study.tastes.taste_clicks import TasteClicks

FIGURE = "moment_to_screen_p99_ms"
VIEWERS = 1_000
RUNS = 3
SHARDS = 4
"""Of the stage `development`, which the twin plays."""
ON_THE_PATH = ("ingest_feed", "build_context", "dispatch_components")
TARGET_P99_MS, TARGET_P50_MS = 1_000, 300
RECOMMENDED = {Rung.VIEWER.value, Rung.COHORT.value}
IDLE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0


def figures() -> Iterator[Figure]:
    """Yield the total, and the product's own time."""
    feed = load_demo_feed()
    with tempfile.TemporaryDirectory() as folder:
        spans_file = Path(folder) / "spans.jsonl"
        assembly = assembly_at_production_rate(Path(folder))
        with running_twin("--spans", str(spans_file), "--assembly", str(assembly)) as twin:
            publish_catalogue(twin)
            train(twin, feed.match)
            for function in ON_THE_PATH:
                twin.prewarm(function, SHARDS)
            runs = [_play(twin, feed, number) for number in range(RUNS)]
        spans = Spans.read(spans_file)
    for deliveries in runs:
        _check_campaign(deliveries)
    parts = [split(deliveries, spans) for deliveries in runs]
    totals = [[each.total for each in run] for run in parts]
    own = [[each.own for each in run] for run in parts]
    yield figure(
        FIGURE,
        _median(totals, 0.99),
        "ms",
        row="total",
        runs=_each(totals, 0.99),
        p50=_each(totals, 0.5),
        viewers=VIEWERS,
        messages=sum(map(len, runs)),
        recommended_share=round(_recommended_share([each for run in runs for each in run]), 3),
    )
    yield figure(
        FIGURE,
        _median(own, 0.99),
        "ms",
        peer="target",
        peer_value=TARGET_P99_MS,
        row="product",
        runs=_each(own, 0.99),
        p50=_each(own, 0.5),
        p50_target=TARGET_P50_MS,
        waits_for_services=_quantiles(parts, lambda each: each.waits),
        in_no_function=_quantiles(parts, lambda each: each.rest),
    )


def _play(twin: TwinProcess, feed: Feed, number: int) -> list[Delivery]:
    """Play the match under a new id to new connections, and return what was pushed and shown."""
    feed = feed.numbered(number)
    match = feed.match
    plan = ReplayPlan(
        match=match,
        signals=feed.signals,
        specs=live_viewers(match, VIEWERS - 1),
        personas=personas(match)[:1],
        provider=PROVIDER,
        engine="embedded",
        click_model=TasteClicks(match.home.name, match.away.name),
        pause_between_moments=lambda: _wait_until_idle(twin),
    )
    log = DeliveryLog()
    asyncio.run(replay(twin, plan, deliveries=log))
    return [each for each in log.deliveries if each.path is not None and not each.snapshot]


async def _wait_until_idle(twin: TwinProcess) -> None:
    """Wait until no function has run for a while: they prepare screens and record interactions."""
    loop = asyncio.get_running_loop()
    began = idle_since = loop.time()
    while loop.time() - idle_since < IDLE_SECONDS and loop.time() - began < LONGEST_PAUSE_SECONDS:
        if await asyncio.to_thread(twin.unfinished_invocations):
            idle_since = loop.time()
        await asyncio.sleep(0.05)


def _check_campaign(deliveries: list[Delivery]) -> None:
    share = _recommended_share(deliveries)
    assert share > 0.5, f"most messages come from the campaign, got {share:.0%}"


def _recommended_share(deliveries: list[Delivery]) -> float:
    return statistics.fmean(each.rung in RECOMMENDED for each in deliveries)


def _each(runs: list[list[float]], share: float) -> list[float]:
    return [round(float(np.quantile(run, share)), 1) for run in runs]


def _median(runs: list[list[float]], share: float) -> float:
    return statistics.median(_each(runs, share))


def _quantiles(parts: list[list[Parts]], part: Any) -> dict[str, float]:
    values = [part(each) for run in parts for each in run]
    return {
        name: round(float(np.quantile(values, share)), 1) for name, share in (("p50", 0.5), ("p99", 0.99))
    }
