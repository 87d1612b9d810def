"""A deployment has changed the Flink application: it is started unless it runs."""

import time
from typing import Any

from domain.validation import Reader
from lambdas.adapters.aws import client
from lambdas.adapters.managed_flink import ManagedFlinkApplication
from lambdas.logic.application_start import ApplicationStarter
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Handle a custom resource event of CloudFormation; an error fails the deployment with its message.

    A deletion needs nothing: CloudFormation deletes the application itself.
    """
    if event["RequestType"] == "Delete":
        return {}
    name = Reader(event["ResourceProperties"], "ResourceProperties").text("ApplicationName")
    starter = ApplicationStarter(
        application=ManagedFlinkApplication(client("kinesisanalyticsv2"), name),
        clock=time.monotonic,
        sleep=time.sleep,
    )
    starter.ensure_running()
    TELEMETRY.info("application runs", application=name)
    return {"PhysicalResourceId": name}
