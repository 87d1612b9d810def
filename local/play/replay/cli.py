"""`python -m local replay`: a whole match through the whole system, and a report of what happened."""

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
from local.play.feeds.timing import UNKNOWN_KICK_OFF
from local.play.replay.alignment import kick_off_by_posts
from local.play.replay.audience import audience
from local.play.replay.errors import ReplayError
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.preparing import publish_catalogue
from local.play.replay.replay import RunningTwin, replay
from local.play.replay.social import load_posts
from local.play.replay.tastes import taste

SUMMARY = "play a whole match through the whole system and report what happened"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--feed", required=True, metavar="PROVIDER", help="one of " + ", ".join(PROVIDERS))
    parser.add_argument("--events", required=True, type=Path, help="the provider's file of events")
    parser.add_argument("--metadata", type=Path, help="the provider's file of line-ups or match information")
    parser.add_argument(
        "--social", type=Path, help="posts as CSV: counts by epoch second, or judged one by one"
    )
    parser.add_argument("--kick-off", type=datetime.fromisoformat, help="when the match began, in ISO 8601")
    parser.add_argument("--viewers", type=_count, default=100, help="viewers on sockets of their own")
    parser.add_argument("--speed", type=_speed, default=0.0, help="times real time; 0 is as fast as it goes")
    parser.add_argument("--engine", choices=("embedded", "flink"), default="embedded")
    parser.add_argument("--report", required=True, type=Path, help="where the report goes, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Replay and write the report; 0 if it went through, 2 if an input is wrong, 1 if the system refused."""
    from local.twin.twin import Twin  # the twin loads half of AWS: a wrong file should be told before that

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
    """Replay a feed that is loaded on a twin that runs."""
    publish_catalogue(twin)
    signals = (
        sorted((*feed.signals, *posts), key=lambda signal: signal.occurred_at) if posts else feed.signals
    )
    plan = ReplayPlan(
        match=feed.match,
        signals=signals,
        specs=audience(feed.match, arguments.viewers - 1),
        personas=personas(feed.match)[:1],
        speed=arguments.speed,
        provider=arguments.feed,
        engine=arguments.engine,
        taste=taste,
    )
    return asyncio.run(replay(twin, plan))


def load(arguments: argparse.Namespace) -> tuple[Feed, list[Signal]]:
    """The match and the posts about it; raises FeedError."""
    fixture = Fixture(kick_off=arguments.kick_off, stage=Stage.LEAGUE)
    feed = load_feed(arguments.feed, arguments.events, arguments.metadata, fixture=fixture)
    posts = load_posts(arguments.social, feed.match.id) if arguments.social else []
    if posts and feed.match.kick_off == UNKNOWN_KICK_OFF:
        kick_off = kick_off_by_posts(feed.signals, posts)
        print(f"kick-off: {kick_off:%FT%TZ}, by the posts; --kick-off says it better", file=sys.stderr)
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
