"""Collaborators of `operate`, `watch`, `record_night` and `tell_operators`."""

from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_audit import DynamoAuditLog
from lambdas.adapters.dynamo_watchers import DynamoWatcherStore
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import catalogue, match_log, match_store
from lambdas.logic.control_room import ControlRoom
from lambdas.logic.match_log_recorder import MatchLogRecorder
from lambdas.logic.operation_executor import OperationExecutor
from lambdas.logic.operator_feed import OperatorFeed
from lambdas.logic.operator_guard import OperatorGuard
from lambdas.logic.ports.operators import AuditLog, OperatorDirectory
from lambdas.logic.watch import WatchService
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    AuditSettings,
    ConnectionSettings,
    DeadLetterQueuesSettings,
    MomentTopicSettings,
    OperatorPoolSettings,
    SignalStreamSettings,
)


@Provider
def audit_log() -> AuditLog:
    """Build the audit log."""
    settings = read_settings(AuditSettings)
    return DynamoAuditLog(
        client("dynamodb"), settings.audit_table_name, retention_days=settings.audit_retention_days
    )


@Provider
def operator_directory() -> OperatorDirectory:
    """Build the directory of operators."""
    from lambdas.adapters.cognito_operators import CognitoOperators

    return CognitoOperators(client("cognito-idp"), read_settings(OperatorPoolSettings).operator_pool_id)


@Provider
def operator_guard() -> OperatorGuard:
    """Build the check that admits operators only."""
    return OperatorGuard(directory=operator_directory(), telemetry=TELEMETRY, clock=now)


@Provider
def control_room() -> ControlRoom:
    """Build the service behind `operate`."""
    from lambdas.adapters.kinesis import KinesisSignalStream
    from lambdas.adapters.sns import SnsMomentTopic

    return ControlRoom(
        guard=operator_guard(),
        executor=OperationExecutor(
            matches=match_store(),
            moments=SnsMomentTopic(client("sns"), read_settings(MomentTopicSettings).moments_topic_arn),
            signals=KinesisSignalStream(
                client("kinesis"), read_settings(SignalStreamSettings).signals_stream_name
            ),
            catalogue=catalogue(),
            clock=now,
        ),
        audit=audit_log(),
        telemetry=TELEMETRY,
        clock=now,
    )


@Provider
def operator_feed() -> OperatorFeed:
    """Build the feed of `night` messages to operators."""
    from lambdas.handlers.composition.posts import operators_poster

    return OperatorFeed(
        watchers=DynamoWatcherStore(
            client("dynamodb"), read_settings(ConnectionSettings).connections_table_name
        ),
        poster=operators_poster(),
        clock=now,
    )


@Provider
def watch_service() -> WatchService:
    """Build the service behind `watch`."""
    from lambdas.adapters.dead_letter_counts import SqsDeadLetterCounts

    feed = operator_feed()
    return WatchService(
        guard=operator_guard(),
        watchers=feed.watchers,
        matches=match_store(),
        catalogue=catalogue(),
        match_log=match_log(),
        audit=audit_log(),
        dead_letters=SqsDeadLetterCounts(client("sqs"), read_settings(DeadLetterQueuesSettings).urls),
        feed=feed,
        clock=now,
    )


@Provider
def match_log_recorder() -> MatchLogRecorder:
    """Build the recorder behind `record_night`."""
    return MatchLogRecorder(matches=match_store(), match_log=match_log())
