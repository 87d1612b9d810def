"""Collaborators of `dispatch_components` in delivery mode `broadcast`."""

import os
import time

from lambdas.adapters.aws import client
from lambdas.adapters.crt_publisher import CrtChannelPublisher
from lambdas.adapters.dynamo_publish_ledger import DynamoPublishLedger
from lambdas.adapters.s3_documents import S3AudienceDocuments
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.dispatch import build_dispatch_log
from lambdas.handlers.composition.preparation import preparation_requests
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.recommendations import build_placement_finder
from lambdas.handlers.composition.stores import dispatch_ledger, match_store
from lambdas.logic.audience_delivery import AudienceDelivery
from lambdas.logic.buffered_telemetry import BufferedTelemetry
from lambdas.logic.document_writer import DocumentWriter
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget
from lambdas.logic.ports.connections import ConnectionPoster
from lambdas.observability import TELEMETRY
from lambdas.settings import ChannelSettings, ConnectionSettings, DocumentSettings, JoinSettings


@Provider
def channel_publisher() -> ConnectionPoster:
    """Build the publisher to the audiences' channels."""
    return CrtChannelPublisher(
        endpoint=read_settings(ChannelSettings).events_url, region=os.environ["AWS_REGION"]
    )


@Provider
def audience_delivery() -> AudienceDelivery:
    """Build the delivery to audiences; what AppSync's quota does not admit is paced as it answers."""
    telemetry = BufferedTelemetry(telemetry=TELEMETRY)
    return AudienceDelivery(
        matches=match_store(),
        ledger=dispatch_ledger(),
        progress=DynamoPublishLedger(
            client("dynamodb"), read_settings(ConnectionSettings).connections_table_name, now
        ),
        placement_finder=build_placement_finder(telemetry),
        publisher=PacedPoster(
            poster=channel_publisher(),
            budget=UnlimitedBudget(),
            clock=now,
            sleep=time.sleep,
            max_refusals=None,
        ),
        writer=DocumentWriter(
            documents=S3AudienceDocuments(
                client("s3"), read_settings(DocumentSettings).documents_bucket_name
            ),
            telemetry=telemetry,
            sleep=time.sleep,
        ),
        decisions=build_dispatch_log(telemetry),
        preparation=preparation_requests(),
        telemetry=telemetry,
        clock=now,
        joins_per_second=read_settings(JoinSettings).joins_per_second,
    )
