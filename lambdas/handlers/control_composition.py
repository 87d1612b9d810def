"""Where the control room's collaborators are built: lazily, once per environment."""

import functools
import os

from lambdas.adapters.aws import client
from lambdas.adapters.dead_letter_counts import SqsDeadLetterCounts
from lambdas.adapters.dynamo_audit import DynamoAuditLog
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.adapters.dynamo_match_log import DynamoMatchLog
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.dynamo_watchers import DynamoWatcherStore
from lambdas.adapters.sns import SnsMomentTopic
from lambdas.handlers.composition import now
from lambdas.logic.control_room import ControlRoom, OperatorGuard
from lambdas.logic.match_log_recorder import MatchLogRecorder
from lambdas.logic.operation_executor import OperationExecutor
from lambdas.logic.watching import OperatorFeed, WatchService
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    AuditSettings,
    CatalogueSettings,
    MatchesSettings,
    MatchLogSettings,
    OperateSettings,
    OperatorFeedSettings,
    WatchSettings,
    read_settings,
)


@functools.cache
def match_store() -> DynamoMatchStore:
    """Matches, contexts and controls."""
    return DynamoMatchStore(client("dynamodb"), read_settings(MatchesSettings).matches_table_name, now)


@functools.cache
def control_room() -> ControlRoom:
    """For `operate`."""
    settings = read_settings(OperateSettings)
    return ControlRoom(
        guard=_guard(),
        executor=OperationExecutor(
            matches=match_store(),
            moments=SnsMomentTopic(client("sns"), settings.moments_topic_arn),
            catalogue=_catalogue(),
            clock=now,
        ),
        audit=_audit(),
        telemetry=TELEMETRY,
        clock=now,
    )


@functools.cache
def watching() -> WatchService:
    """For `watch`."""
    settings = read_settings(WatchSettings)
    feed = operator_feed()
    return WatchService(
        guard=_guard(),
        watchers=feed.watchers,
        matches=match_store(),
        catalogue=_catalogue(),
        match_log=_match_log(),
        audit=_audit(),
        dead_letters=SqsDeadLetterCounts(client("sqs"), settings.queue_urls()),
        feed=feed,
        clock=now,
    )


@functools.cache
def match_log_recorder() -> MatchLogRecorder:
    """For `record_night`."""
    return MatchLogRecorder(matches=match_store(), match_log=_match_log())


@functools.cache
def operator_feed() -> OperatorFeed:
    """For `watch` and `tell_operators`."""
    from lambdas.adapters.crt_poster import CrtConnectionPoster

    settings = read_settings(OperatorFeedSettings)
    return OperatorFeed(
        watchers=DynamoWatcherStore(client("dynamodb"), settings.connections_table_name),
        poster=CrtConnectionPoster(endpoint=settings.websocket_endpoint, region=os.environ["AWS_REGION"]),
        clock=now,
    )


def _guard() -> OperatorGuard:
    return OperatorGuard(audit=_audit(), telemetry=TELEMETRY, clock=now)


def _audit() -> DynamoAuditLog:
    settings = read_settings(AuditSettings)
    return DynamoAuditLog(
        client("dynamodb"), settings.audit_table_name, retention_days=settings.audit_retention_days
    )


def _match_log() -> DynamoMatchLog:
    return DynamoMatchLog(client("dynamodb"), read_settings(MatchLogSettings).night_table_name, now)


def _catalogue() -> DynamoCatalogue:
    settings = read_settings(CatalogueSettings)
    return DynamoCatalogue(
        client("dynamodb"),
        components_table=settings.components_table_name,
        constraints_table=settings.constraints_table_name,
        clock=now,
    )
