"""A deployment changed the Flink application: start it unless it is running."""

from typing import Any

from domain.validation import Reader
from lambdas.handlers.composition.applications import build_application_starter
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Handle a custom resource event of CloudFormation; an error fails the deployment with its message.

    A deletion does nothing, because CloudFormation deletes the application.
    """
    if event["RequestType"] == "Delete":
        return {}
    name = Reader(event["ResourceProperties"], "ResourceProperties").text("ApplicationName")
    build_application_starter(name).ensure_running()
    TELEMETRY.info("application is running", application=name)
    return {"PhysicalResourceId": name}
