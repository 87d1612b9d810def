"""`python -m local demo`: start the twin, train it, replay a real match to four personas, and sum up."""

import argparse
import asyncio
import os
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.live import Live

from local.arguments import MOST_PORTS, add_delivery, number, whole_number
from local.play.demo.demo_match import NEXT_MATCHES, PROVIDER, load_demo_feed
from local.play.demo.highlights import highlights
from local.play.demo.observers import ClockedObserver, PrintingObserver, until_seen
from local.play.demo.state import DemoState
from local.play.demo.summary import summary_table
from local.play.demo.tap_effect import TapEffect, control_of
from local.play.demo.training import train
from local.play.demo.view import draw
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.live_viewers import live_viewers
from local.play.replay.pacing import Pace, constant
from local.play.replay.persona import Persona
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import RunningTwin, replay
from local.play.web import side_by_side
from local.play.web.clock import ProgrammeClock
from local.play.web.site import WebSite
from local.play.web.static import require_free_ports, url_of
from local.play.web.twin_site import twin_site
from local.study.tastes.taste_clicks import TasteClicks

FRAMES_PER_SECOND = 4
LIKED_TYPE = "live_poll"
"""The component type that the tapping persona likes: polls are shown now and then, and seldom first."""
FOLLOWED, UNFOLLOWED, WHOLE = 10.0, 30.0, 60.0
"""Times real time: around moments with a person at the terminal and without, and of a whole match."""
NEXT_STEPS = """
What to do next:
  python -m local up                      the twin alone, for your own client, boto3 and the AWS CLI
  python -m local replay --help           your own match files, through the same system
  docs/extend.md                          your own component, moment or rule
  docs/deploy.md                          the same templates in an AWS account"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--speed",
        type=number("a speed", 0.1, 10_000),
        help=f"times real time (default {FOLLOWED:g} around moments; {WHOLE:g} with --full)",
    )
    parser.add_argument(
        "--full", action="store_true", help="play all ninety minutes, not only those around the moments"
    )
    parser.add_argument(
        "--port",
        type=whole_number("a port", 0, MOST_PORTS - 1),
        default=8080,
        help="port of the web app (default 8080; 0: any); the control room gets the next one",
    )
    parser.add_argument(
        "--viewers",
        type=whole_number("a number of viewers", 0, 20_000),
        default=50,
        help="number of viewers beside the four personas",
    )
    add_delivery(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the demo."""
    # Importing the twin is slow, and `--help` does not need it.
    from local.twin.provision.synthesis import assembly_to_start
    from local.twin.twin import Twin

    console = Console()
    require_free_ports({arguments.port, arguments.port and arguments.port + 1})
    feed = load_demo_feed()
    _introduce(feed, arguments.port, console)
    with _step(console, "Start the twin from the synthesized templates"):
        twin = Twin.start(assembly_to_start(arguments.delivery))
    with twin:
        with _step(console, "Publish the catalogue of components and the business constraints"):
            publish_catalogue(twin)
        with _step(console, "Train on a simulated clickstream"):
            train(twin, feed.match, (*personas(feed.match), control_of(_tapper(feed))))
        runs = 1
        while _play(twin, feed.numbered(runs), arguments, console):
            runs += 1
    console.print(NEXT_STEPS)
    return 0


def _introduce(feed: Feed, port: int, console: Console) -> None:
    """Say what will happen, and where; a port of 0 is not known yet."""
    home, away = feed.match.home.name, feed.match.away.name
    console.print(
        f"[bold]{home} - {away}[/bold], {feed.match.competition}, will be replayed from its event data to "
        "four people and a crowd.\nFirst the whole system starts on this machine and learns from a simulated "
        "past; that takes about two minutes."
    )
    if port:
        app = url_of(port)
        console.print(
            f"Then these pages answer: web app [bold]{app}[/bold], side by side [bold]{app}"
            f"{side_by_side.PATH}[/bold], control room [bold]{url_of(port + 1)}[/bold]."
        )


def _play(twin: RunningTwin, feed: Feed, arguments: argparse.Namespace, console: Console) -> bool:
    """Play the match once and sum up; return whether to play it again."""
    pace = _pace(feed, arguments)
    clock = ProgrammeClock(
        match_id=feed.match.id,
        times=[signal.occurred_at for signal in feed.signals],
        pace=pace,
        now=time.monotonic,
    )
    state = _initial_state(feed, clock)
    with twin_site(
        twin,
        feed,
        line_ups=TURKEY_ITALY_LINE_UPS,
        clock=clock,
        fixtures=NEXT_MATCHES,
        port=arguments.port,
        control_room_port=arguments.port and arguments.port + 1,
    ) as site:
        _open_app(site, console)
        if sys.stdin.isatty():
            console.input("Press Enter to kick off. ")
        report = _replay(twin, feed, state, arguments, pace, console, clock)
        console.print(summary_table(report))
        if not sys.stdin.isatty():
            return False
        answer = console.input("Press Enter to play it again (then reload the page), or q and Enter to end. ")
    return not answer.strip()


def _pace(feed: Feed, arguments: argparse.Namespace) -> Pace:
    if arguments.full:
        return constant(arguments.speed or WHOLE)
    followed = FOLLOWED if sys.stdin.isatty() else UNFOLLOWED
    return highlights(feed.signals, arguments.speed or followed)


def _open_app(site: WebSite, console: Console) -> None:
    """Print the pages' addresses, and open the app in a browser if there is a desktop."""
    console.print(f"Web app: [bold]{site.url}[/bold]")
    console.print(f"Side by side: [bold]{site.side_by_side_url}[/bold] (one moment, different screens)")
    console.print(f"Control room: [bold]{site.control_room_url}[/bold]")
    desktop = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if desktop and sys.stdout.isatty():
        webbrowser.open(site.url)


def _tapper(feed: Feed) -> Persona:
    """Return the persona who taps polls."""
    _, _, sam, _ = personas(feed.match)
    return replace(sam, likes=LIKED_TYPE)


def _initial_state(feed: Feed, clock: ProgrammeClock) -> DemoState:
    """Return the state before the replay: four personas, one of whom taps polls, and that one's control."""
    giulia, emre, _, luca = personas(feed.match)
    tapper = _tapper(feed)
    return DemoState(
        match=feed.match,
        signals=len(feed.signals),
        personas=(giulia, emre, tapper, luca),
        tap_effect=TapEffect(tapper=tapper, control=control_of(tapper)),
        picture=clock,
    )


def _replay(
    twin: RunningTwin,
    feed: Feed,
    state: DemoState,
    arguments: argparse.Namespace,
    pace: Pace,
    console: Console,
    clock: ProgrammeClock,
) -> dict[str, Any]:
    plan = ReplayPlan(
        match=feed.match,
        signals=feed.signals,
        specs=live_viewers(feed.match, arguments.viewers),
        personas=state.viewers,
        pace=pace,
        shown=state.shown,
        provider=PROVIDER,
        engine="embedded",
        click_model=TasteClicks(feed.match.home.name, feed.match.away.name),
    )
    if not sys.stdout.isatty():
        console.print(state.tap_effect.explanation)
        printer = PrintingObserver(state, console)
        return asyncio.run(printer.follow(replay(twin, plan, ClockedObserver(printer, clock))))
    with Live(get_renderable=lambda: draw(state), console=console, refresh_per_second=FRAMES_PER_SECOND):
        return asyncio.run(until_seen(replay(twin, plan, ClockedObserver(state, clock))))


@contextmanager
def _step(console: Console, description: str) -> Iterator[None]:
    start = time.monotonic()
    with console.status(description):
        yield
    console.print(f"[green]✓[/green] {description} [dim]({time.monotonic() - start:.1f} s)[/dim]")
