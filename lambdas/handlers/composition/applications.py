"""Collaborators of `start_application`."""

import time
from typing import TYPE_CHECKING

from lambdas.adapters.aws import client
from lambdas.adapters.managed_flink import ManagedFlinkApplication
from lambdas.handlers.composition.provider import Provider
from lambdas.logic.application_start import ApplicationStarter

if TYPE_CHECKING:
    from types_boto3_kinesisanalyticsv2 import KinesisAnalyticsV2Client


@Provider
def managed_flink() -> "KinesisAnalyticsV2Client":
    """Build the client of Managed Service for Apache Flink."""
    service: KinesisAnalyticsV2Client = client("kinesisanalyticsv2")
    return service


def build_application_starter(name: str) -> ApplicationStarter:
    """Build the starter of the Flink application of this name."""
    return ApplicationStarter(
        application=ManagedFlinkApplication(managed_flink(), name),
        clock=time.monotonic,
        sleep=time.sleep,
    )
