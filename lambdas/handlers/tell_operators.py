"""Sends changes of the tables `matches`, `audit` and `night` to the operators who watch the match."""

from collections import defaultdict
from typing import Any

from domain.metrics import Metric
from lambdas.adapters.dynamo_audit import read_audit
from lambdas.adapters.dynamo_match_log import read_match_log_entry
from lambdas.adapters.dynamo_matches import read_context, read_controls
from lambdas.adapters.errors import StoredRowError
from lambdas.adapters.stored_rows import reading
from lambdas.handlers.composition.operators import operator_feed
from lambdas.handlers.composition.stores import match_store
from lambdas.logic.match_log_entries import Entry, audit_entry, context_entry, controls_entry
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> None:
    """Send each changed row as an entry; a repeated entry replaces itself on the operator's page."""
    by_match: defaultdict[str, list[Entry]] = defaultdict(list)
    for record in event["Records"]:
        row = record["dynamodb"].get("NewImage")
        if not row:
            continue
        try:
            with reading("change"):
                match_id, entry = row["match_id"]["S"], _entry(row)
        except StoredRowError as error:
            # Unlike a context that cannot be read, a change that operators miss is not worth a retry.
            TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
            TELEMETRY.warning("change not sent to operators", reason=str(error))
            continue
        if entry is not None:
            by_match[match_id].append(entry)
    for match_id, entries in by_match.items():
        operator_feed().publish(match_id, entries)


def _entry(row: dict[str, Any]) -> Entry | None:
    if "night" in row:
        return read_match_log_entry(row)
    if "audit" in row:
        return audit_entry(read_audit(row))
    if "context" in row:
        return context_entry(*read_context(row))
    if "controls" in row:
        controls = read_controls(row)
        return controls_entry(controls, match_store().match(controls.match_id))
    return None
