"""The demo in a terminal: match, moments and screens."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from domain.match_clock import match_clock
from domain.moment import Moment
from domain.placement import Rung
from local.play.demo.state import DemoState
from local.play.demo.words import moment_words, occasion, sources, title_of
from local.play.replay.persona import Persona
from local.play.replay.persona_screen import Shown
from local.play.replay.personas import describe_cohort
from local.play.web.clock import BEHIND_SECONDS

RUNG_STYLES = {
    Rung.VIEWER: "bold green",
    Rung.COHORT: "green",
    Rung.POPULARITY: "yellow",
    Rung.EDITORIAL: "magenta",
    Rung.KEEP: "dim",
}
SLOTS = ("overlay", "side_panel", "lower_third", "ticker")


def draw(state: DemoState) -> RenderableType:
    """Return the whole view of the demo."""
    return Group(_header(state), _moments(state), _screens(state), _tap_effect(state), _latencies(state))


def _header(state: DemoState) -> RenderableType:
    score = Text.assemble(
        (f"{state.match.home.name} ", "bold"),
        (f" {state.score.home} - {state.score.away} ", "bold white on blue"),
        (f" {state.match.away.name}", "bold"),
        ("    ", ""),
        (f"⏱ {state.clock}", "cyan"),
    )
    bar = ProgressBar(total=max(state.signals, 1), completed=state.posted, width=60)
    return Panel(
        Group(score, bar), title=f"{state.match.competition} · {state.match.venue.name}", expand=True
    )


def _moments(state: DemoState) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for moment in state.moments:
        table.add_row(
            Text(match_clock(moment.period, moment.clock_seconds), style="cyan"),
            Text(moment_words(moment, state.match), style="bold yellow"),
            Text(f"{moment.score.home}-{moment.score.away}", style="bold"),
            Text(_detection_time(moment), style="dim"),
        )
    return Panel(table if state.moments else Text("…", style="dim"), title="Moments", expand=True)


def _detection_time(moment: Moment) -> str:
    if moment.detected_at_ms is None or moment.received_at_ms is None:
        return ""
    return f"detected in {moment.detected_at_ms - moment.received_at_ms} ms"


def _screens(state: DemoState) -> RenderableType:
    table = Table(
        expand=True,
        title="What is on each screen now, and why",
        caption=f"The viewers' pictures are {BEHIND_SECONDS:g} seconds behind the feed.",
    )
    table.add_column("viewer", ratio=2)
    for slot in SLOTS:
        table.add_column(slot.replace("_", " "), ratio=3)
    for persona in state.personas:
        shown = state.shown(persona)
        table.add_row(_persona(persona, shown), *(_placement(shown, slot) for slot in SLOTS))
    return table


def _persona(persona: Persona, shown: Shown) -> Text:
    return Text.assemble(
        (persona.name, "bold"),
        (f"\n{describe_cohort(persona.traits.cohort)}", "dim"),
        (f"\n{occasion(shown)}" if shown.placements else "", "cyan"),
    )


def _placement(shown: Shown, slot: str) -> Text:
    placement = shown.placements.get(slot)
    if placement is None:
        return Text("·", style="dim")
    return Text.assemble(
        title_of(placement), (f"\n{sources([placement])}", RUNG_STYLES[Rung(placement["rung"])])
    )


def _tap_effect(state: DemoState) -> RenderableType:
    effect = state.tap_effect
    return Text(effect.summary or effect.explanation, style="bold green" if effect.summary else "dim")


def _latencies(state: DemoState) -> RenderableType:
    return Text(state.latency(), style="dim")
