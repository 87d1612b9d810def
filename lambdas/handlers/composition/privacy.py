"""Collaborators of `serve_viewer_request`."""

from lambdas.adapters.aws import patient_client
from lambdas.adapters.dynamo_audit import operator_of_row, pseudonymous_line
from lambdas.adapters.privacy_bucket import PrivacyBucket
from lambdas.adapters.viewer_account import CognitoViewerAccount
from lambdas.adapters.viewer_messages import SqsViewerMessages
from lambdas.adapters.viewer_rows import DynamoViewerRows
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.logic.ports.privacy import ViewerStore
from lambdas.logic.viewer_requests import ViewerRequests
from lambdas.settings import (
    AuditTableSettings,
    ConnectionSettings,
    DeadLetterQueuesSettings,
    PrivacySettings,
)


@Provider
def viewer_requests() -> ViewerRequests:
    """Build the service of requests about viewers' data."""
    settings = read_settings(PrivacySettings)
    bucket = PrivacyBucket(patient_client("s3"), settings.privacy_bucket_name)
    return ViewerRequests(
        stores=[
            *_tables(),
            *_dead_letters(),
            CognitoViewerAccount(patient_client("cognito-idp"), settings.user_pool_id),
        ],
        folder=bucket,
        tombstones=bucket,
        clock=now,
        ages_out=settings.hours_by_store,
    )


def _tables() -> list[ViewerStore]:
    dynamodb = patient_client("dynamodb")
    return [
        DynamoViewerRows(
            dynamodb,
            read_settings(ConnectionSettings).connections_table_name,
            name="connections",
            keys=("pk", "sk"),
        ),
        DynamoViewerRows(
            dynamodb,
            read_settings(AuditTableSettings).audit_table_name,
            name="audit",
            keys=("match_id", "line"),
            viewers_of=operator_of_row,
            # Who did what and when must stay known; that it was this person need not.
            pseudonymise=pseudonymous_line,
        ),
    ]


def _dead_letters() -> list[ViewerStore]:
    sqs = patient_client("sqs")
    return [
        SqsViewerMessages(sqs, url, name=f"dead-letters/{name}")
        for name, url in read_settings(DeadLetterQueuesSettings).urls.items()
    ]
