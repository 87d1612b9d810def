"""Promises of the way from a Moment to the viewer's screen."""

import json
from typing import Any

import pytest

from tests.infrastructure.conftest import Assembly

# What knows no resources; everything else is granted by ARN.
WITHOUT_RESOURCES = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "personalize:PutEvents",
    "rekognition:DetectLabels",
    "rekognition:DetectText",
    "rekognition:RecognizeCelebrities",
    "dynamodb:ListStreams",
}
ROUTES = {
    "$connect",
    "$disconnect",
    "$default",
    "subscribe",
    "unsubscribe",
    "interact",
    "sync",
    "ping",
    "operate",
    "watch",
}
ENVIRONMENT = {
    "build_context": {"MATCHES_TABLE_NAME", "DEAD_LETTERS_QUEUE_URL"},
    "plan_dispatch": {"DISPATCH_QUEUE_URL", "CONNECTION_SHARDS", "DEAD_LETTERS_QUEUE_URL"},
    "dispatch_components": {
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
        "DECISIONS_STREAM_NAME",
        "NIGHT_TABLE_NAME",
        "DEAD_LETTERS_QUEUE_URL",
    },
    "authorize_connection": {"TOKEN_ISSUER", "TOKEN_AUDIENCE", "JWKS_URI"},
    "connect": {"CONNECTIONS_TABLE_NAME"},
    "disconnect": {"CONNECTIONS_TABLE_NAME"},
    "default": set(),
    "ping": set(),
    "interact": {
        *("CONNECTIONS_TABLE_NAME", "CONNECTION_SHARDS", "INTERACTIONS_STREAM_NAME"),
        *("COMPONENTS_TABLE_NAME", "EXPERIMENT_SEASON", "EXPERIMENT_HOLDOUT_SHARE"),
    },
    "record_interactions": {"TRACKING_ID", "DEAD_LETTERS_QUEUE_URL"},
}


ROWS = [
    ("build_context", "Matches", "Query PutItem UpdateItem"),
    ("dispatch_components", "Matches", "GetItem"),
    (
        "dispatch_components",
        "Connections",
        "GetItem BatchGetItem Query PutItem UpdateItem DeleteItem",
    ),
    ("dispatch_components", "Components", "Query"),
    ("dispatch_components", "Constraints", "Query"),
    ("connect", "Connections", "PutItem"),
    ("disconnect", "Connections", "Query DeleteItem"),
    ("subscribe", "Matches", "Query"),
    ("subscribe", "Connections", "GetItem BatchGetItem PutItem UpdateItem DeleteItem"),
    ("unsubscribe", "Connections", "DeleteItem"),
    ("sync", "Connections", "UpdateItem"),
    ("interact", "Connections", "GetItem PutItem UpdateItem"),
    ("interact", "Components", "Query"),
    ("watch", "Connections", "PutItem DeleteItem"),
    ("load_catalogue", "Components", "Query PutItem DeleteItem"),
    ("load_catalogue", "Constraints", "Query PutItem DeleteItem"),
    ("ingest_feed", "Matches", "GetItem PutItem"),
]
"""Module, table, and what is granted; tables by the name that their exports carry."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(assembly: Assembly, module: str, action: str) -> list[str]:
    """The resources, as JSON, on which a function may do something."""
    return [
        json.dumps(resource)
        for statement in assembly.statements("DeliveryStack", module)
        if action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def event_source(assembly: Assembly, beginning: str) -> dict[str, Any]:
    return assembly.properties("DeliveryStack", "AWS::Lambda::EventSourceMapping", beginning)


@pytest.mark.parametrize("module", sorted(ENVIRONMENT))
def test_a_function_is_told_what_it_reads_and_no_more(development: Assembly, module: str) -> None:
    variables = development.function("DeliveryStack", module)["Environment"]["Variables"]
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    assert own == ENVIRONMENT[module]
    assert variables["POWERTOOLS_SERVICE_NAME"] == module
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Touchline"


@pytest.mark.parametrize("stack", ["DeliveryStack", "AnalyticsStack", "OperationsStack"])
def test_what_is_granted_on_everything_knows_no_resources(development: Assembly, stack: str) -> None:
    for policy in development.of_type(stack, "AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if "*" in as_list(statement["Resource"]):
                assert set(as_list(statement["Action"])) <= WITHOUT_RESOURCES


@pytest.mark.parametrize("module", ["dispatch_components", "subscribe"])
def test_who_recommends_asks_its_campaign_and_nothing_else_of_personalize(
    development: Assembly, module: str
) -> None:
    asked = [
        (action, resource)
        for statement in development.statements("DeliveryStack", module)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if action.startswith("personalize:")
    ]
    ((action, campaign),) = asked
    assert action == "personalize:GetRecommendations"
    assert json.dumps(campaign).endswith(':campaign/touchline-development"]]}')


def test_dispatch_posts_only_to_its_own_socket(development: Assembly) -> None:
    (resource,) = granted(development, "dispatch_components", "execute-api:ManageConnections")
    (api,) = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Api")
    assert resource.endswith(f'{{"Ref": "{api}"}}, "/development/POST/@connections/*"]]}}')


def test_only_dispatch_posts_to_viewers_and_the_control_room_to_operators(development: Assembly) -> None:
    for function in development.of_type("DeliveryStack", "AWS::Lambda::Function").values():
        module = function["Properties"]["Handler"].split(".")[2]
        posts = granted(development, module, "execute-api:ManageConnections")
        assert bool(posts) == (module in ("dispatch_components", "watch", "tell_operators"))


@pytest.mark.parametrize(("module", "table", "actions"), ROWS)
def test_a_function_may_do_to_rows_what_its_code_does_and_no_more(
    development: Assembly, module: str, table: str, actions: str
) -> None:
    stack = "AnalyticsStack" if module == "ingest_feed" else "DeliveryStack"
    may = {
        action.removeprefix("dynamodb:")
        for statement in development.statements(stack, module)
        for action in as_list(statement["Action"])
        if action.startswith("dynamodb:") and table in json.dumps(statement["Resource"])
    }
    # A stream of changes is read by Lambda itself.
    assert may - {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"} == set(actions.split())


def test_nobody_scans_a_table(development: Assembly) -> None:
    for stack in development.templates:
        for policy in development.of_type(stack, "AWS::IAM::Policy").values():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                assert not {"dynamodb:Scan", "dynamodb:*"} & set(as_list(statement["Action"]))


def test_the_socket_has_every_route_of_the_protocol(development: Assembly) -> None:
    routes = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Route").values()
    assert {route["Properties"]["RouteKey"] for route in routes} == ROUTES
    api = development.properties("DeliveryStack", "AWS::ApiGatewayV2::Api")
    assert api["RouteSelectionExpression"] == "$request.body.action"


def test_every_message_is_answered_on_its_own_connection(development: Assembly) -> None:
    # GIVEN the routes that a message can take
    routes = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Route")
    two_way = {
        name
        for name, route in routes.items()
        if route["Properties"]["RouteKey"] not in ("$connect", "$disconnect")
    }
    # THEN each returns what its function answers
    answers = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::RouteResponse").values()
    assert {answer["Properties"]["RouteId"]["Ref"] for answer in answers} == two_way


def test_nobody_connects_without_a_token(development: Assembly) -> None:
    (connect,) = (
        route["Properties"]
        for route in development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Route").values()
        if route["Properties"]["RouteKey"] == "$connect"
    )
    (name,) = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Authorizer")
    assert (connect["AuthorizationType"], connect["AuthorizerId"]) == ("CUSTOM", {"Ref": name})
    authorizer = development.properties("DeliveryStack", "AWS::ApiGatewayV2::Authorizer")
    assert authorizer["IdentitySource"] == ["route.request.header.Sec-WebSocket-Protocol"]


def test_one_bad_change_never_blocks_a_match(development: Assembly) -> None:
    mapping = event_source(development, "PipelinePlanDispatch")
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["MaximumRecordAgeInSeconds"] == 600
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "PipelineRefusedChanges" in json.dumps(mapping["DestinationConfig"]["OnFailure"])


def test_the_first_context_of_a_match_is_dispatched_too(development: Assembly) -> None:
    (rule,) = event_source(development, "PipelinePlanDispatch")["FilterCriteria"]["Filters"]
    pattern = json.loads(rule["Pattern"])
    assert set(pattern["eventName"]) == {"INSERT", "MODIFY"}
    assert pattern["dynamodb"] == {"Keys": {"item": {"S": ["CONTEXT"]}}}


def test_one_bad_interaction_never_blocks_a_shard(development: Assembly) -> None:
    mapping = event_source(development, "RecordInteractions")
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRecordAgeInSeconds"] == 6 * 3600
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "RefusedInteractions" in json.dumps(mapping["DestinationConfig"]["OnFailure"])


def test_a_throttled_tracker_is_waited_for_by_the_hour_and_not_by_the_attempt(development: Assembly) -> None:
    assert event_source(development, "RecordInteractions")["MaximumRetryAttempts"] == 10_000


@pytest.mark.parametrize("queue", ["PipelineMoments", "PipelineDispatch"])
def test_work_that_cannot_be_done_moves_aside(development: Assembly, queue: str) -> None:
    (work,) = (
        resource["Properties"]
        for name, resource in development.of_type("DeliveryStack", "AWS::SQS::Queue").items()
        if name.startswith(f"{queue}Queue")
    )
    assert work["RedrivePolicy"]["maxReceiveCount"] == 4
    assert f"{queue}DeadLetters" in json.dumps(work["RedrivePolicy"]["deadLetterTargetArn"])


@pytest.mark.parametrize(
    ("queue", "module"), [("Moments", "build_context"), ("Dispatch", "dispatch_components")]
)
def test_a_message_stays_hidden_while_it_is_worked_on(development: Assembly, queue: str, module: str) -> None:
    work = development.properties("DeliveryStack", "AWS::SQS::Queue", f"Pipeline{queue}Queue")
    assert work["VisibilityTimeout"] == 6 * development.function("DeliveryStack", module)["Timeout"]


def test_moments_arrive_as_they_were_published(development: Assembly) -> None:
    subscription = development.properties("DeliveryStack", "AWS::SNS::Subscription", "PipelineMoments")
    assert subscription["RawMessageDelivery"] is True
    assert "UndeliveredMoments" in json.dumps(subscription["RedrivePolicy"])


def test_any_issuer_may_be_believed_in_place_of_the_pool(development: Assembly) -> None:
    variables = development.function("DeliveryStack", "authorize_connection")["Environment"]["Variables"]
    assert json.dumps(variables["TOKEN_ISSUER"]).count("cognito-idp") == 1
    assert json.dumps(variables["JWKS_URI"]).endswith('"/.well-known/jwks.json"]]}')


def test_functions_run_traced_on_arm_with_logs_that_expire(development: Assembly) -> None:
    functions = development.of_type("DeliveryStack", "AWS::Lambda::Function").values()
    groups = development.of_type("DeliveryStack", "AWS::Logs::LogGroup")
    assert len(functions) == 18
    for function in functions:
        properties = function["Properties"]
        assert properties["Architectures"] == ["arm64"]
        assert properties["Runtime"] == "python3.11"
        assert properties["TracingConfig"] == {"Mode": "Active"}
        group = groups[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["Properties"]["RetentionInDays"] == 7


def test_all_functions_share_one_code_and_one_layer(development: Assembly) -> None:
    functions = development.of_type("DeliveryStack", "AWS::Lambda::Function").values()
    assert len({json.dumps(function["Properties"]["Code"]) for function in functions}) == 1
    assert len({json.dumps(function["Properties"]["Layers"]) for function in functions}) == 1


def test_dispatch_is_reserved_capacity_in_production_alone(
    development: Assembly, production: Assembly
) -> None:
    # A fresh account may have too little concurrency to reserve any of it.
    assert "ReservedConcurrentExecutions" not in development.function("DeliveryStack", "dispatch_components")
    reserved = production.function("DeliveryStack", "dispatch_components")["ReservedConcurrentExecutions"]
    maximum = event_source(production, "PipelineDispatch")["ScalingConfig"]["MaximumConcurrency"]
    assert reserved >= maximum
