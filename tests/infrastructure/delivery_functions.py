"""Variables, permissions and event sources of the functions in the delivery stack."""

import json
from typing import Any

from tests.infrastructure.assembly import Assembly

ROUTES = {
    "$connect",
    "$disconnect",
    "$default",
    "subscribe",
    "unsubscribe",
    "interact",
    "ping",
    "operate",
    "watch",
}
ENVIRONMENT = {
    "build_context": {
        "DELIVERY_MODE",
        *("MATCHES_TABLE_NAME", "CONNECTIONS_TABLE_NAME", "DISPATCH_QUEUE_URL", "CONNECTION_SHARDS"),
        "MOMENTS_QUEUE_URL",
        "DEAD_LETTERS_QUEUE_URL",
    },
    "plan_dispatch": {
        "DELIVERY_MODE",
        *("CONNECTIONS_TABLE_NAME", "DISPATCH_QUEUE_URL", "CONNECTION_SHARDS"),
    },
    "dispatch_components": {
        "DELIVERY_MODE",
        "CONNECTIONS_TABLE_NAME",
        "COMPONENTS_TABLE_NAME",
        "CONSTRAINTS_TABLE_NAME",
        "MATCHES_TABLE_NAME",
        "CAMPAIGN_ARN",
        "CAMPAIGN_TRANSACTIONS_PER_SECOND",
        "RECOMMENDATION_MODE",
        "EXPERIMENT_SEASON",
        "EXPERIMENT_HOLDOUT_SHARE",
        "EXPERIMENT_TRIAL_SHARE",
        "WEBSOCKET_ENDPOINT",
        "POSTS_PER_SECOND",
        "POST_BURST",
        "DISPATCH_QUEUE_URL",
        "DECISIONS_STREAM_NAME",
        "NIGHT_TABLE_NAME",
        "DEAD_LETTERS_QUEUE_URL",
        "PREPARATION_QUEUE_URL",
        "PLACEMENT_KEY_SECRET_ARN",
    },
    "prepare_screens": {
        *("CONNECTIONS_TABLE_NAME", "COMPONENTS_TABLE_NAME", "CONSTRAINTS_TABLE_NAME", "MATCHES_TABLE_NAME"),
        *("CAMPAIGN_ARN", "CAMPAIGN_TRANSACTIONS_PER_SECOND", "RECOMMENDATION_MODE"),
        *("EXPERIMENT_SEASON", "EXPERIMENT_HOLDOUT_SHARE", "EXPERIMENT_TRIAL_SHARE"),
        *("PREPARATION_QUEUE_URL", "DEAD_LETTERS_QUEUE_URL"),
    },
    "authorize_connection": {
        "TOKEN_ISSUER",
        "TOKEN_AUDIENCE",
        "JWKS_URI",
        "OPERATOR_TOKEN_ISSUER",
        "OPERATOR_TOKEN_AUDIENCE",
        "OPERATOR_JWKS_URI",
    },
    "connect": {"CONNECTIONS_TABLE_NAME", "SOCKETS_PER_VIEWER"},
    "disconnect": {"CONNECTIONS_TABLE_NAME"},
    "default": set(),
    "ping": set(),
    "interact": {
        *("CONNECTIONS_TABLE_NAME", "CONNECTION_SHARDS", "INTERACTIONS_STREAM_NAME"),
        *("COMPONENTS_TABLE_NAME", "EXPERIMENT_SEASON", "EXPERIMENT_HOLDOUT_SHARE"),
        *("PLACEMENT_KEY_SECRET_ARN", "INTERACTIONS_PER_SECOND"),
    },
    "record_interactions": {
        *("TRACKING_ID", "DEAD_LETTERS_QUEUE_URL", "CONNECTIONS_TABLE_NAME", "EVENT_CALLS_PER_SECOND")
    },
}
"""The variables of the functions in a stage that posts to connections."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(assembly: Assembly, module: str, action: str) -> list[str]:
    """Return the resources, as JSON, on which a function may perform an action."""
    return [
        json.dumps(resource)
        for statement in assembly.statements("DeliveryStack", module)
        if action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def event_source(assembly: Assembly, beginning: str) -> dict[str, Any]:
    """Return the only event source mapping whose logical id has the prefix."""
    return assembly.properties("DeliveryStack", "AWS::Lambda::EventSourceMapping", beginning)
