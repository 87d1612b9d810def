"""Plans the imports of a training, and checks the size of what they would import."""

from typing import Any

from lambdas.handlers.composition.imports import import_planner
from lambdas.logic.import_messages import serve_step
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run one step; the state machine calls the steps."""
    return serve_step(import_planner(), event)
