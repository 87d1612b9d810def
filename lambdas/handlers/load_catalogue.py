"""A curated file was uploaded: publish it."""

from typing import Any

from lambdas.handlers.composition.catalogue import catalogue_loader
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, bool]:
    """Publish components, constraints or popularity from the uploaded object."""
    return {"published": catalogue_loader().load(event["detail"]["object"]["key"])}
