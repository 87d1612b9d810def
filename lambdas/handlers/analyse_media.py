"""A sample of the broadcast lands in the bucket and is looked at."""

from typing import Any

from lambdas.handlers.composition import media_analysis
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Analyse the object that was created."""
    detail = event["detail"]
    return {"signals": media_analysis().analyse_sample(detail["bucket"]["name"], detail["object"]["key"])}
