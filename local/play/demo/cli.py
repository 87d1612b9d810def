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

from local.play.demo.demo_match import NEXT_MATCHES, PROVIDER, load_demo_feed
from local.play.demo.observers import ClockedObserver, PrintingObserver
from local.play.demo.state import DemoState
from local.play.demo.summary import summary_table
from local.play.demo.tap_effect import TapEffect, control_of
from local.play.demo.training import train
from local.play.demo.view import draw
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.live_viewers import live_viewers
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import RunningTwin, replay
from local.play.web.clock import ProgrammeClock
from local.play.web.twin_site import twin_site
from local.study.tastes.taste_clicks import TasteClicks

SUMMARY = "train the twin and replay Turkey 0-3 Italy to four personas on real sockets"
FRAMES_PER_SECOND = 4
LIKED_TYPE = "live_poll"
"""The component type that the tapping persona likes: polls are shown now and then, and seldom first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--speed", type=float, default=60.0, help="times real time (default 60)")
    parser.add_argument("--port", type=int, default=8080, help="port of the web app (default 8080; 0: any)")
    parser.add_argument("--viewers", type=int, default=50, help="number of viewers beside the four personas")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo."""
    from local.twin.twin import Twin  # importing the twin is slow, and `--help` does not need it

    console = Console()
    feed = load_demo_feed()
    state = _initial_state(feed)
    with _step(console, "Start the twin from the synthesized templates"):
        twin = Twin.start()
    with twin:
        with _step(console, "Publish the catalogue of components and the business constraints"):
            publish_catalogue(twin)
        with _step(console, "Train on a simulated clickstream"):
            train(twin, feed.match, state.viewers)
        clock = ProgrammeClock(
            begins_at=feed.signals[0].occurred_at, speed=arguments.speed, now=time.monotonic
        )
        with twin_site(
            twin,
            feed,
            line_ups=TURKEY_ITALY_LINE_UPS,
            clock=clock,
            fixtures=NEXT_MATCHES,
            port=arguments.port,
        ) as site:
            _open_app(site.url, console)
            report = _replay(twin, feed, state, arguments, console, clock)
            console.print(summary_table(report))
            if sys.stdin.isatty():
                console.input("The app stays open until you press Enter. ")
    return 0


def _open_app(url: str, console: Console) -> None:
    """Print the app's address, and open it in a browser if there is a desktop."""
    console.print(f"Web app: [bold]{url}[/bold] (use a smaller --speed to follow it)")
    console.print(f"Control room: [bold]{url}/control-room/index.html[/bold]")
    desktop = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if desktop and sys.stdout.isatty():
        webbrowser.open(url)


def _initial_state(feed: Feed) -> DemoState:
    """Return the state before the replay: four personas, one of whom taps polls, and that one's control."""
    giulia, emre, sam, luca = personas(feed.match)
    sam = replace(sam, likes=LIKED_TYPE)
    effect = TapEffect(tapper=sam, control=control_of(sam))
    return DemoState(
        match=feed.match,
        signals=len(feed.signals),
        personas=(giulia, emre, sam, luca),
        tap_effect=effect,
    )


def _replay(
    twin: RunningTwin,
    feed: Feed,
    state: DemoState,
    arguments: argparse.Namespace,
    console: Console,
    clock: ProgrammeClock,
) -> dict[str, Any]:
    plan = ReplayPlan(
        match=feed.match,
        signals=feed.signals,
        specs=live_viewers(feed.match, arguments.viewers),
        personas=state.viewers,
        speed=arguments.speed,
        provider=PROVIDER,
        engine="embedded",
        click_model=TasteClicks(feed.match.home.name, feed.match.away.name),
    )
    if not sys.stdout.isatty():
        console.print(state.tap_effect.explanation)
        return asyncio.run(replay(twin, plan, ClockedObserver(PrintingObserver(state, console), clock)))
    with Live(get_renderable=lambda: draw(state), console=console, refresh_per_second=FRAMES_PER_SECOND):
        return asyncio.run(replay(twin, plan, ClockedObserver(state, clock)))


@contextmanager
def _step(console: Console, description: str) -> Iterator[None]:
    start = time.monotonic()
    with console.status(description):
        yield
    console.print(f"[green]✓[/green] {description} [dim]({time.monotonic() - start:.1f} s)[/dim]")
