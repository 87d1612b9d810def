"""`python -m local replay`: replay a whole match through the whole system and report what happened."""

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.match import Stage
from domain.signal import Signal
from local.arguments import add_delivery, instant, number, output_file, whole_number
from local.output_files import refuse_inputs, write_whole
from local.play.feeds.feed import Feed, Fixture
from local.play.feeds.loading import PROVIDERS, load_feed
from local.play.feeds.signal_times import UNKNOWN_KICK_OFF
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.kick_off_estimate import estimate_kick_off
from local.play.replay.live_viewers import live_viewers
from local.play.replay.pacing import constant
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import RunningTwin, replay
from local.play.replay.social import load_posts
from local.study.tastes.taste_clicks import TasteClicks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--feed", required=True, metavar="PROVIDER", help="one of " + ", ".join(PROVIDERS))
    parser.add_argument("--events", required=True, type=Path, help="the provider's event file")
    parser.add_argument("--metadata", type=Path, help="the provider's file of line-ups or match information")
    parser.add_argument(
        "--social", type=Path, help="posts as CSV: counts by epoch second, or one labelled post per row"
    )
    parser.add_argument("--kick-off", type=instant, help="when the match kicked off, in ISO 8601")
    parser.add_argument(
        "--viewers",
        type=whole_number("a number of viewers", 1, 20_000),
        default=100,
        help="viewers, each on a connection of its own",
    )
    add_delivery(parser)
    parser.add_argument(
        "--speed",
        type=number("a speed", 0, 10_000),
        default=0.0,
        help="times real time; 0 is as fast as possible",
    )
    parser.add_argument("--engine", choices=("embedded", "flink"), default="embedded")
    parser.add_argument("--report", required=True, type=output_file, help="path of the JSON report")


def run(arguments: argparse.Namespace) -> int:
    """Replay and write the report."""
    from local.twin.provision.synthesis import assembly_to_start  # importing the twin is slow
    from local.twin.twin import Twin

    refuse_inputs(arguments.report, [arguments.events, arguments.metadata, arguments.social])
    feed, posts = load(arguments)
    with Twin.start(assembly_to_start(arguments.delivery), engine=arguments.engine) as twin:
        report = play(twin, feed, posts, arguments)
    write_whole(arguments.report, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    print(_closing_line(report))
    return 0


def play(twin: RunningTwin, feed: Feed, posts: list[Signal], arguments: argparse.Namespace) -> dict[str, Any]:
    """Replay a loaded feed on a running twin."""
    publish_catalogue(twin)
    signals = (
        sorted((*feed.signals, *posts), key=lambda signal: signal.occurred_at) if posts else feed.signals
    )
    plan = ReplayPlan(
        match=feed.match,
        signals=signals,
        specs=live_viewers(feed.match, arguments.viewers - 1),
        personas=personas(feed.match)[:1],
        pace=constant(arguments.speed) if arguments.speed else None,
        provider=arguments.feed,
        engine=arguments.engine,
        click_model=TasteClicks(feed.match.home.name, feed.match.away.name),
    )
    return asyncio.run(replay(twin, plan))


def load(arguments: argparse.Namespace) -> tuple[Feed, list[Signal]]:
    """Load the match and the posts about it; raises FeedError."""
    fixture = Fixture(kick_off=arguments.kick_off, stage=Stage.LEAGUE)
    feed = load_feed(arguments.feed, arguments.events, arguments.metadata, fixture=fixture)
    posts = load_posts(arguments.social, feed.match.id) if arguments.social else []
    if posts and feed.match.kick_off == UNKNOWN_KICK_OFF:
        kick_off = estimate_kick_off(feed.signals, posts)
        print(
            f"estimated kick-off from the posts: {kick_off:%FT%TZ} (set it with --kick-off)", file=sys.stderr
        )
        fixture = replace(fixture, kick_off=kick_off)
        feed = load_feed(arguments.feed, arguments.events, arguments.metadata, fixture=fixture)
    return feed, posts


def _closing_line(report: dict[str, Any]) -> str:
    match, deliveries = report["match"], report["deliveries"]
    return (
        f"{match['home']} {match['score'][0]}-{match['score'][1]} {match['away']}: "
        f"{len(report['moments'])} moments, {len(report['contexts'])} contexts, "
        f"{deliveries['delivered']} of {deliveries['sent']} messages delivered to {deliveries['viewers']} "
        f"viewers, moment to screen p99 {report['latency_ms']['moment_to_screen']['p99']} ms"
    )
