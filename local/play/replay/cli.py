"""`python -m local replay`: replay a whole match through the whole system and report what happened."""

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.match import Stage
from domain.signal import Signal
from local.play.feeds.errors import FeedError
from local.play.feeds.feed import Feed, Fixture
from local.play.feeds.loading import PROVIDERS, load_feed
from local.play.feeds.signal_times import UNKNOWN_KICK_OFF
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.errors import ReplayError
from local.play.replay.kick_off_estimate import estimate_kick_off
from local.play.replay.live_viewers import live_viewers
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import RunningTwin, replay
from local.play.replay.social import load_posts
from local.study.tastes.taste_clicks import TasteClicks

SUMMARY = "replay a whole match through the whole system and report what happened"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--feed", required=True, metavar="PROVIDER", help="one of " + ", ".join(PROVIDERS))
    parser.add_argument("--events", required=True, type=Path, help="the provider's event file")
    parser.add_argument("--metadata", type=Path, help="the provider's file of line-ups or match information")
    parser.add_argument(
        "--social", type=Path, help="posts as CSV: counts by epoch second, or one labelled post per row"
    )
    parser.add_argument(
        "--kick-off", type=datetime.fromisoformat, help="when the match kicked off, in ISO 8601"
    )
    parser.add_argument("--viewers", type=_count, default=100, help="viewers, each on its own socket")
    parser.add_argument("--speed", type=_speed, default=0.0, help="times real time; 0 is as fast as possible")
    parser.add_argument("--engine", choices=("embedded", "flink"), default="embedded")
    parser.add_argument("--report", required=True, type=Path, help="path of the JSON report")


def run(arguments: argparse.Namespace) -> int:
    """Replay and write the report; return 0 on success, 2 for a wrong input, 1 if the replay failed."""
    from local.twin.twin import Twin  # importing the twin is slow

    try:
        feed, posts = load(arguments)
        with Twin.start(engine=arguments.engine) as twin:
            report = play(twin, feed, posts, arguments)
    except FeedError as error:
        print(error, file=sys.stderr)
        return 2
    except ReplayError as error:
        print(error, file=sys.stderr)
        return 1
    arguments.report.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
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
        speed=arguments.speed,
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


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 20_000:
        raise argparse.ArgumentTypeError(f"expected 1 to 20000 viewers, got {value}")
    return value


def _speed(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"expected a speed from 0 to 10000, got {text}")
    return value
