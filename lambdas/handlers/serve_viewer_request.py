"""Serves one step of a request to erase or export a viewer's data; the state machine calls the steps."""

from typing import Any

from lambdas.handlers.composition.privacy import viewer_requests
from lambdas.observability import observed

STOP_BEFORE_TIMEOUT_MS = 120_000
"""Enough for one page: of a table a second, of a queue with thousands of messages a minute."""


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the step `begin`, `search` or `finish` of a run."""
    requests, run = viewer_requests(), str(event["run"])
    match event["step"]:
        case "begin":
            requests.begin(run, event["input"])
            return {}
        case "search":
            done = requests.search(
                run, has_time=lambda: context.get_remaining_time_in_millis() > STOP_BEFORE_TIMEOUT_MS
            )
            return {"done": done}
        case "finish":
            return requests.finish(run, event.get("deleted"))
    raise ValueError(f"step: expected begin, search or finish, got {event['step']!r}")
