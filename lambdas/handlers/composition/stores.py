"""Tables and the dead-letter queue, which several functions share."""

from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_audiences import DynamoAudienceStore
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.adapters.dynamo_ledger import DynamoDispatchLedger
from lambdas.adapters.dynamo_match_log import DynamoMatchLog
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.sqs import SqsDeadLetters
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.logic.ports.audiences import AudienceStore
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.dispatch import DispatchLedger
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.operators import MatchLog
from lambdas.logic.ports.records import DeadLetters
from lambdas.settings import (
    CatalogueSettings,
    ConnectionSettings,
    DeadLetterSettings,
    MatchLogSettings,
    MatchSettings,
    ShardSettings,
)


@Provider
def dead_letters() -> DeadLetters:
    """Build the queue of records that cannot be processed."""
    return SqsDeadLetters(client("sqs"), read_settings(DeadLetterSettings).dead_letters_queue_url, now)


@Provider
def match_store() -> MatchStore:
    """Build the store of matches, contexts and controls."""
    return DynamoMatchStore(client("dynamodb"), read_settings(MatchSettings).matches_table_name, now)


@Provider
def catalogue() -> Catalogue:
    """Build the catalogue of components, popularity and constraints."""
    settings = read_settings(CatalogueSettings)
    return DynamoCatalogue(
        client("dynamodb"),
        components_table=settings.components_table_name,
        constraints_table=settings.constraints_table_name,
        clock=now,
    )


@Provider
def connection_store() -> ConnectionStore:
    """Build the store of connections, for functions that are given the shard or need none."""
    return DynamoConnectionStore(client("dynamodb"), read_settings(ConnectionSettings).connections_table_name)


@Provider
def sharded_connection_store() -> ConnectionStore:
    """Build the store of connections, for functions that find a subscription by its connection."""
    return DynamoConnectionStore(
        client("dynamodb"),
        read_settings(ConnectionSettings).connections_table_name,
        shards=read_settings(ShardSettings).connection_shards,
    )


@Provider
def audience_store() -> AudienceStore:
    """Build the store of the matches' audiences."""
    return DynamoAudienceStore(client("dynamodb"), read_settings(ConnectionSettings).connections_table_name)


@Provider
def dispatch_ledger() -> DispatchLedger:
    """Build the ledger of dispatched versions."""
    return DynamoDispatchLedger(
        client("dynamodb"), read_settings(ConnectionSettings).connections_table_name, now
    )


@Provider
def match_log() -> MatchLog:
    """Build the match log that operators read."""
    return DynamoMatchLog(client("dynamodb"), read_settings(MatchLogSettings).night_table_name, now)
