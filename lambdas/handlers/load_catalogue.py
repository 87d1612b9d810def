"""A curated file lands in the bucket and is published."""

from typing import Any

from lambdas.handlers.composition import catalogue_loader
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, bool]:
    """Publish components, constraints or popularity from the object that was created."""
    return {"published": catalogue_loader().load(event["detail"]["object"]["key"])}
