"""The demo in a terminal: match, moments and screens, drawn anew several times a second."""

from statistics import median

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from domain.match_clock import match_clock
from local.play.demo.scene import Scene
from local.play.replay.personas import described
from local.play.replay.watcher import Message, Persona

RUNG_STYLES = {
    "viewer": "bold green",
    "cohort": "green",
    "popularity": "yellow",
    "editorial": "magenta",
    "keep": "dim",
}
SLOTS = ("overlay", "side_panel", "lower_third", "ticker")


def draw(scene: Scene) -> RenderableType:
    """The whole picture of a scene."""
    return Group(_header(scene), _moments(scene), _screens(scene), _loop(scene), _latencies(scene))


def _header(scene: Scene) -> RenderableType:
    score = Text.assemble(
        (f"{scene.match.home.name} ", "bold"),
        (f" {scene.score.home} - {scene.score.away} ", "bold white on blue"),
        (f" {scene.match.away.name}", "bold"),
        ("    ", ""),
        (f"⏱ {scene.clock}", "cyan"),
    )
    bar = ProgressBar(total=max(scene.signals, 1), completed=scene.posted, width=60)
    return Panel(
        Group(score, bar), title=f"{scene.match.competition} · {scene.match.venue.name}", expand=True
    )


def _moments(scene: Scene) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for moment in scene.moments:
        detected = (
            f"found {moment.detected_at_ms - moment.received_at_ms} ms after the feed told"
            if moment.detected_at_ms is not None and moment.received_at_ms is not None
            else ""
        )
        table.add_row(
            Text(match_clock(moment.period, moment.clock_seconds), style="cyan"),
            Text(moment.type.value, style="bold yellow"),
            Text(" · ".join(part for part in (scene.team_of(moment), moment.player) if part)),
            Text(f"{moment.score.home}-{moment.score.away}", style="bold"),
            Text(detected, style="dim"),
        )
    return Panel(table if scene.moments else Text("…", style="dim"), title="Moments", expand=True)


def _screens(scene: Scene) -> RenderableType:
    table = Table(expand=True, title="What each of them sees now, and why")
    table.add_column("viewer", ratio=2)
    for slot in SLOTS:
        table.add_column(slot.replace("_", " "), ratio=3)
    for persona in scene.personas:
        message = scene.screens.get(persona.name)
        table.add_row(_who(persona), *(_placement(message, slot) for slot in SLOTS))
    return table


def _who(persona: Persona) -> Text:
    return Text.assemble((persona.name, "bold"), (f"\n{described(persona.traits.cohort)}", "dim"))


def _placement(message: Message | None, slot: str) -> Text:
    for placement in (message or {}).get("placements", []):
        if placement["slot"] == slot:
            rules = ", ".join(placement["constraints"])
            return Text.assemble(
                placement.get("title") or placement["componentId"],
                (f"\n{placement['rung']}", RUNG_STYLES[placement["rung"]]),
                (f" · kept out by {rules}" if rules else "", "dim"),
            )
    return Text("·", style="dim")


def _loop(scene: Scene) -> RenderableType:
    waiting = f"{scene.loop.tapper.name} taps each poll that comes; no other screen by it yet"
    return Text(scene.loop.told or waiting, style="bold green" if scene.loop.told else "dim")


def _latencies(scene: Scene) -> RenderableType:
    if not scene.latencies_ms:
        return Text("no moment on a screen yet", style="dim")
    ordered = sorted(scene.latencies_ms)
    return Text(
        f"feed to socket: median {median(ordered):.0f} ms, worst {ordered[-1]:.0f} ms "
        f"over {len(ordered)} messages",
        style="dim",
    )
