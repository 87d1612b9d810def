"""`python -m local demo`: start the twin, train it, replay a real match to four people, and sum up."""

import argparse
import asyncio
import os
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from domain.match import Stage, Venue
from domain.match_clock import match_clock
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.loop import ClosedLoop, double_of
from local.play.demo.scene import Scene
from local.play.demo.training import train
from local.play.demo.view import draw
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed, Fixture
from local.play.feeds.loading import load_feed
from local.play.replay.audience import audience
from local.play.replay.personas import personas
from local.play.replay.plan import Audience, ReplayPlan
from local.play.replay.preparing import publish_catalogue
from local.play.replay.replay import RunningTwin, replay
from local.play.replay.tastes import taste
from local.play.replay.watcher import Message, Persona
from local.play.web.clock import ProgrammeClock
from local.play.web.opening import web_site

SUMMARY = "train the twin and replay Turkey 0-3 Italy to four people on real sockets"
FIXTURE = Fixture(
    kick_off=datetime(2021, 6, 11, 19, 0, 30, tzinfo=UTC),
    competition="Euro 2020",
    stage=Stage.GROUP,
    venue=Venue(name="Stadio Olimpico, Rome", neutral=True),
)
DRAWINGS_PER_SECOND = 4
LIKES = "live_poll"
"""What the one of the four who taps likes: polls come on their screen now and then, and seldom first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--speed", type=float, default=60.0, help="times real time (default 60)")
    parser.add_argument("--port", type=int, default=8080, help="the web app's port (default 8080; 0: any)")
    parser.add_argument("--viewers", type=int, default=50, help="viewers beside the four personas")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo to its end."""
    from local.twin.twin import Twin  # the twin loads half of AWS: `--help` should not wait for it

    console = Console()
    feed = load_demo_feed()
    with _told(console, "starting the twin from the synthesized templates"):
        twin = Twin.start()
    with twin:
        with _told(console, "publishing the catalogue of components and the business constraints"):
            publish_catalogue(twin)
        with _told(console, "training on a simulated clickstream"):
            train(twin, feed)
        clock = ProgrammeClock(
            begins_at=feed.signals[0].occurred_at, speed=arguments.speed, now=time.monotonic
        )
        with web_site(twin, feed, line_ups=TURKEY_ITALY_LINE_UPS, clock=clock, port=arguments.port) as site:
            _invite(site.url, console)
            report = _watch(twin, feed, arguments, console, clock)
            console.print(summary(report))
            if sys.stdin.isatty():
                console.input("The app stays open until you press Enter. ")
    return 0


def load_demo_feed() -> Feed:
    """Turkey 0-3 Italy of Euro 2020, the StatsBomb match that kloppy's own package carries."""
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS, fixture=FIXTURE)


def summary(report: dict[str, Any]) -> Table:
    """The closing summary."""
    deliveries, latency = report["deliveries"], report["latency_ms"]
    match = report["match"]
    table = Table(
        title=f"{match['home']} {match['score'][0]}-{match['score'][1]} {match['away']}", show_header=False
    )
    table.add_row("moments", ", ".join(f"{row['type']}" for row in report["moments"]))
    table.add_row("context versions", str(len(report["contexts"])))
    table.add_row("messages", f"{deliveries['sent']} sent, {deliveries['delivered']} delivered")
    table.add_row(
        "faults",
        f"{deliveries['gone']} gone, {deliveries['failed']} failed, {deliveries['duplicates']} twice",
    )
    table.add_row(
        "screens by rung", ", ".join(f"{rung} {count}" for rung, count in deliveries["by_rung"].items())
    )
    whole = latency["moment_to_screen"]
    table.add_row("moment to screen", f"p50 {whole['p50']} ms, p95 {whole['p95']} ms, p99 {whole['p99']} ms")
    table.add_row("by step", ", ".join(f"{step} {value} ms" for step, value in latency["by_step"].items()))
    recommender = report["recommender"]
    table.add_row("recommender", f"{recommender['calls']} calls, {recommender['cache_hits']} cache hits")
    return table


def _invite(url: str, console: Console) -> None:
    """Tell where the app is, and open it where there is a desktop to open it on."""
    console.print(f"The web app: [bold]{url}[/bold] (slower with --speed)")
    console.print(f"The control room: [bold]{url}/control-room/index.html[/bold]")
    desktop = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if desktop and sys.stdout.isatty():
        webbrowser.open(url)


def _watch(
    twin: RunningTwin,
    feed: Feed,
    arguments: argparse.Namespace,
    console: Console,
    clock: ProgrammeClock,
) -> dict[str, Any]:
    giulia, emre, sam, luca = personas(feed.match)
    sam = replace(sam, likes=LIKES)
    people = (giulia, emre, sam, luca)
    loop = ClosedLoop(tapper=sam, double=double_of(sam))
    scene = Scene(match=feed.match, signals=len(feed.signals), personas=people, loop=loop)
    plan = ReplayPlan(
        match=feed.match,
        signals=feed.signals,
        specs=audience(feed.match, arguments.viewers),
        personas=(*people, loop.double),
        speed=arguments.speed,
        provider="statsbomb",
        engine="embedded",
        taste=taste,
    )
    if not sys.stdout.isatty():
        return asyncio.run(replay(twin, plan, _Filmed(_Printed(scene, console), clock)))
    with Live(get_renderable=lambda: draw(scene), console=console, refresh_per_second=DRAWINGS_PER_SECOND):
        return asyncio.run(replay(twin, plan, _Filmed(scene, clock)))


class _Filmed:
    """An audience of a replay that is filmed as well: the picture follows the signals."""

    def __init__(self, audience: Audience, clock: ProgrammeClock) -> None:
        self._audience = audience
        self._clock = clock
        self.found = audience.found
        self.shown = audience.shown

    def played(self, signal: Signal) -> None:
        self._clock.played(signal)
        self._audience.played(signal)


class _Printed:
    """The demo where there is no terminal: a line for each moment and each new screen."""

    def __init__(self, scene: Scene, console: Console) -> None:
        self._scene = scene
        self._console = console

    def played(self, signal: Signal) -> None:
        self._scene.played(signal)

    def found(self, moment: Moment) -> None:
        self._scene.found(moment)
        clock = match_clock(moment.period, moment.clock_seconds)
        self._console.print(
            f"{clock:>8}  {moment.type.value}  {self._scene.team_of(moment)} {moment.player or ''}"
        )

    def shown(self, persona: Persona, message: Message) -> None:
        told = self._scene.loop.told
        self._scene.shown(persona, message)
        seen = ", ".join(f"{each['componentId']} ({each['rung']})" for each in message["placements"])
        self._console.print(
            f"          v{message['version']} {persona.name}: {seen or 'keeps what is shown'}"
        )
        if self._scene.loop.told != told:
            self._console.print(f"[bold green]{self._scene.loop.told}[/bold green]")


@contextmanager
def _told(console: Console, what: str) -> Iterator[None]:
    start = time.monotonic()
    with console.status(what):
        yield
    console.print(f"[green]✓[/green] {what} [dim]({time.monotonic() - start:.1f} s)[/dim]")
