"""The closing summary of the demo, from the replay's report."""

from typing import Any

from rich.table import Table


def summary_table(report: dict[str, Any]) -> Table:
    """Return the summary as a table."""
    match, deliveries, recommender = report["match"], report["deliveries"], report["recommender"]
    title = f"{match['home']} {match['score'][0]}-{match['score'][1]} {match['away']}"
    table = Table(title=title, show_header=False)
    table.add_row("moments", ", ".join(row["type"] for row in report["moments"]))
    table.add_row("context versions", str(len(report["contexts"])))
    table.add_row("messages", f"{deliveries['sent']} sent, {deliveries['delivered']} delivered")
    table.add_row(
        "problems",
        f"{deliveries['gone']} gone, {deliveries['failed']} failed, {deliveries['duplicates']} duplicates",
    )
    table.add_row("screens by rung", _joined(deliveries["by_rung"]))
    total = report["latency_ms"]["moment_to_screen"]
    table.add_row("moment to screen", f"p50 {total['p50']} ms, p95 {total['p95']} ms, p99 {total['p99']} ms")
    steps = report["latency_ms"]["by_step"].items()
    table.add_row("p50 by step", ", ".join(f"{step} {value} ms" for step, value in steps))
    table.add_row("recommender", f"{recommender['calls']} calls, {recommender['cache_hits']} cache hits")
    return table


def _joined(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
