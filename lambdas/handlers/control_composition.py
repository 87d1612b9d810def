"""Where the control room's collaborators are built: lazily, once per environment."""

import functools
import os

from lambdas.adapters.aws import client
from lambdas.adapters.dead_letter_counts import SqsDeadLetterCounts
from lambdas.adapters.dynamo_audit import DynamoAuditLog
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.dynamo_night import DynamoNightLog
from lambdas.adapters.dynamo_watchers import DynamoWatcherStore
from lambdas.adapters.sns import SnsMomentTopic
from lambdas.handlers.composition import now
from lambdas.logic.control_desk import ControlDesk
from lambdas.logic.control_room import ControlRoom, Gatekeeper
from lambdas.logic.night_record import NightRecord
from lambdas.logic.watching import OperatorFeed, Watching
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    AuditSettings,
    CatalogueSettings,
    MatchesSettings,
    NightSettings,
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
        gatekeeper=_gatekeeper(),
        desk=ControlDesk(
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
def watching() -> Watching:
    """For `watch`."""
    settings = read_settings(WatchSettings)
    feed = operator_feed()
    return Watching(
        gatekeeper=_gatekeeper(),
        watchers=feed.watchers,
        matches=match_store(),
        catalogue=_catalogue(),
        night=_night(),
        audit=_audit(),
        dead_letters=SqsDeadLetterCounts(client("sqs"), settings.queue_urls()),
        feed=feed,
        clock=now,
    )


@functools.cache
def night_record() -> NightRecord:
    """For `record_night`."""
    return NightRecord(matches=match_store(), night=_night())


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


def _gatekeeper() -> Gatekeeper:
    return Gatekeeper(audit=_audit(), telemetry=TELEMETRY, clock=now)


def _audit() -> DynamoAuditLog:
    settings = read_settings(AuditSettings)
    return DynamoAuditLog(
        client("dynamodb"), settings.audit_table_name, retention_days=settings.audit_retention_days
    )


def _night() -> DynamoNightLog:
    return DynamoNightLog(client("dynamodb"), read_settings(NightSettings).night_table_name, now)


def _catalogue() -> DynamoCatalogue:
    settings = read_settings(CatalogueSettings)
    return DynamoCatalogue(
        client("dynamodb"),
        components_table=settings.components_table_name,
        constraints_table=settings.constraints_table_name,
        clock=now,
    )
