"""Every minute: gives the campaign and the dispatch the capacity that the current matches need."""

from typing import Any

from domain.metrics import Metric
from lambdas.handlers.composition.capacity import capacity_keeper
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, int | None]:
    """Note the window in the input, if an operator gives one, and correct the capacity once."""
    report = capacity_keeper().keep(event)
    facts = {
        "wanted": report.wanted.transactions_per_second,
        "found": report.campaign,
        "environments_wanted": report.wanted.dispatch_environments,
        "environments_found": report.environments,
    }
    if report.is_reached:
        TELEMETRY.count(Metric.CAPACITY_REACHED)
    else:
        TELEMETRY.info("capacity is being changed", **facts)
    return facts
