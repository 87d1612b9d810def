"""The closing summary of the demo, from the replay's report."""

from collections import Counter
from typing import Any

from rich.table import Table

from domain.placement import Rung
from local.play.demo.words import SOURCES, phrase


def summary_table(report: dict[str, Any]) -> Table:
    """Return the summary as a table."""
    match, deliveries, recommender = report["match"], report["deliveries"], report["recommender"]
    title = f"{match['home']} {match['score'][0]}-{match['score'][1]} {match['away']}"
    table = Table(title=title, show_header=False)
    happened = Counter(phrase(row["type"], row["team"]) for row in report["moments"])
    table.add_row("moments", ", ".join(_times(*each) for each in happened.items()))
    table.add_row("context versions", str(len(report["contexts"])))
    table.add_row("messages", _messages(deliveries))
    table.add_row(
        "problems",
        f"{deliveries['gone']} gone, {deliveries['failed']} failed, {deliveries['duplicates']} duplicates",
    )
    by_rung = deliveries["by_rung"].items()
    table.add_row("screens", ", ".join(f"{count} {SOURCES[Rung(rung)]}" for rung, count in by_rung if count))
    total = report["latency_ms"]["moment_to_screen"]
    table.add_row("moment to screen", f"p50 {total['p50']} ms, p95 {total['p95']} ms, p99 {total['p99']} ms")
    steps = report["latency_ms"]["by_step"].items()
    table.add_row("p50 by step", ", ".join(f"{step} {value} ms" for step, value in steps))
    table.add_row("recommender", f"{recommender['calls']} calls, {recommender['cache_hits']} cache hits")
    return table


def _messages(deliveries: dict[str, Any]) -> str:
    """Return how many messages were sent and delivered, and why the counts differ if they do."""
    sent, delivered = deliveries["sent"], deliveries["delivered"]
    counts = f"{sent} sent, {delivered} delivered"
    if sent == delivered:
        return counts
    if sent > delivered:
        return f"{counts}: {sent - delivered} went to open pages, or to viewers who left"
    return f"{counts}: {delivered - sent} were sent again, and shown once"


def _times(what: str, count: int) -> str:
    return what if count == 1 else f"{what} ({count} times)"
