"""A sample of the broadcast was uploaded: analyse it."""

from typing import Any

from lambdas.handlers.composition.broadcast import media_analysis
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Analyse the uploaded object."""
    detail = event["detail"]
    return {"signals": media_analysis().analyse_sample(detail["bucket"]["name"], detail["object"]["key"])}
