"""Tests of the DeliveryStack."""

import json
import re
from datetime import timedelta

import pytest

from domain.dispatch_task import LONGEST_PICTURE_DELAY
from domain.interaction import MAX_DELAY
from domain.salience import SALIENCE
from lambdas.handlers.dispatch_components import PAGE_RESERVE
from lambdas.handlers.partial_batch import pause_seconds
from lambdas.logic.dispatch import CLAIM_RESERVE
from stacks.config.stage import INVOCATIONS_PER_POLLER
from tests.infrastructure.assembly import Assembly
from tests.infrastructure.delivery_functions import ENVIRONMENT, ROUTES, as_list, event_source, granted

# Actions without resource-level permissions; all others are granted by ARN.
WITHOUT_RESOURCE_LEVEL = {
    "cloudwatch:PutMetricData",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "personalize:PutEvents",
    "rekognition:DetectLabels",
    "rekognition:DetectText",
    "rekognition:RecognizeCelebrities",
    "transcribe:StartTranscriptionJob",
    "dynamodb:ListStreams",
    "secretsmanager:GetRandomPassword",
}
READ_STREAM = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
TABLE_PERMISSIONS = [
    ("build_context", "Matches", "Query PutItem UpdateItem"),
    ("build_context", "Connections", "GetItem PutItem"),
    ("plan_dispatch", "Connections", "GetItem PutItem"),
    ("dispatch_components", "Matches", "GetItem"),
    (
        "dispatch_components",
        "Connections",
        "GetItem BatchGetItem Query PutItem BatchWriteItem UpdateItem DeleteItem",
    ),
    ("dispatch_components", "Components", "Query"),
    ("dispatch_components", "Constraints", "Query"),
    ("connect", "Connections", "GetItem PutItem UpdateItem"),
    ("disconnect", "Connections", "GetItem Query UpdateItem DeleteItem"),
    ("prepare_screens", "Matches", "Query"),
    ("prepare_screens", "Connections", "BatchGetItem BatchWriteItem UpdateItem"),
    ("prepare_screens", "Components", "Query"),
    ("subscribe", "Matches", "GetItem Query"),
    ("subscribe", "Connections", "GetItem BatchGetItem BatchWriteItem UpdateItem"),
    ("unsubscribe", "Connections", "GetItem UpdateItem"),
    ("interact", "Connections", "GetItem UpdateItem"),
    ("interact", "Components", "Query"),
    ("watch", "Connections", "PutItem DeleteItem"),
    ("load_catalogue", "Components", "Query PutItem DeleteItem"),
    ("load_catalogue", "Constraints", "Query PutItem DeleteItem"),
    ("ingest_feed", "Matches", "GetItem UpdateItem"),
]
"""Module, table (as in the name of its export) and granted actions."""


@pytest.mark.parametrize("module", sorted(ENVIRONMENT))
def test_a_function_has_exactly_the_variables_that_it_reads(development: Assembly, module: str) -> None:
    variables = development.function("DeliveryStack", module)["Environment"]["Variables"]
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    assert own == ENVIRONMENT[module]
    assert variables["POWERTOOLS_SERVICE_NAME"] == module
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Touchline/development"


@pytest.mark.parametrize("stack", ["DeliveryStack", "AnalyticsStack", "OperationsStack"])
def test_only_actions_without_resource_level_permissions_are_granted_on_all_resources(
    development: Assembly, stack: str
) -> None:
    for policy in development.of_type(stack, "AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow" and "*" in as_list(statement["Resource"]):
                assert set(as_list(statement["Action"])) <= WITHOUT_RESOURCE_LEVEL


@pytest.mark.parametrize("module", ["dispatch_components", "subscribe", "prepare_screens"])
def test_recommending_functions_may_only_call_their_own_campaign(development: Assembly, module: str) -> None:
    grants = [
        (action, resource)
        for statement in development.statements("DeliveryStack", module)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if action.startswith("personalize:")
    ]
    ((action, campaign),) = grants
    assert action == "personalize:GetRecommendations"
    assert json.dumps(campaign).endswith(':campaign/touchline-development"]]}')


def test_dispatch_may_post_to_its_own_api_only(development: Assembly) -> None:
    (resource,) = granted(development, "dispatch_components", "execute-api:ManageConnections")
    (api,) = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Api")
    assert resource.endswith(f'{{"Ref": "{api}"}}, "/development/POST/@connections/*"]]}}')


def test_only_dispatch_and_the_control_room_may_post_to_connections(development: Assembly) -> None:
    for function in development.of_type("DeliveryStack", "AWS::Lambda::Function").values():
        module = function["Properties"]["Handler"].split(".")[2]
        posts = granted(development, module, "execute-api:ManageConnections")
        assert bool(posts) == (module in ("dispatch_components", "watch", "tell_operators"))


@pytest.mark.parametrize(("module", "table", "actions"), TABLE_PERMISSIONS)
def test_a_function_has_exactly_the_table_permissions_that_it_needs(
    development: Assembly, module: str, table: str, actions: str
) -> None:
    stack = "AnalyticsStack" if module == "ingest_feed" else "DeliveryStack"
    permissions = {
        action.removeprefix("dynamodb:")
        for statement in development.statements(stack, module)
        for action in as_list(statement["Action"])
        if action.startswith("dynamodb:") and table in json.dumps(statement["Resource"])
    }
    # The event source mapping reads the stream.
    assert permissions - {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"} == set(
        actions.split()
    )


def test_only_the_search_for_a_viewer_may_scan_a_table(development: Assembly) -> None:
    scanning = {
        (stack, name)
        for stack in development.templates
        for name, policy in development.of_type(stack, "AWS::IAM::Policy").items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if {"dynamodb:Scan", "dynamodb:*"} & set(as_list(statement["Action"]))
    }
    assert [stack for stack, _ in scanning] == ["PrivacyStack"]


def test_the_websocket_api_has_every_route_of_the_protocol(development: Assembly) -> None:
    routes = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Route").values()
    assert {route["Properties"]["RouteKey"] for route in routes} == ROUTES
    api = development.properties("DeliveryStack", "AWS::ApiGatewayV2::Api")
    assert api["RouteSelectionExpression"] == "$request.body.action"


def test_every_message_route_returns_its_response(development: Assembly) -> None:
    # GIVEN the routes of messages
    routes = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Route")
    two_way = {
        name
        for name, route in routes.items()
        if route["Properties"]["RouteKey"] not in ("$connect", "$disconnect")
    }
    # THEN each returns the response of its function
    answers = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::RouteResponse").values()
    assert {answer["Properties"]["RouteId"]["Ref"] for answer in answers} == two_way


def test_connect_requires_a_token(development: Assembly) -> None:
    (connect,) = (
        route["Properties"]
        for route in development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Route").values()
        if route["Properties"]["RouteKey"] == "$connect"
    )
    (name,) = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Authorizer")
    assert (connect["AuthorizationType"], connect["AuthorizerId"]) == ("CUSTOM", {"Ref": name})
    authorizer = development.properties("DeliveryStack", "AWS::ApiGatewayV2::Authorizer")
    assert authorizer["IdentitySource"] == ["route.request.header.Sec-WebSocket-Protocol"]


def test_a_failing_change_does_not_block_a_match(development: Assembly) -> None:
    mapping = event_source(development, "PipelinePlanDispatch")
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["ParallelizationFactor"] == 10
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # AND it is tried again for ten minutes, as often as there is time
    assert mapping.get("MaximumRetryAttempts", -1) == -1
    assert mapping["MaximumRecordAgeInSeconds"] == 600
    assert "PipelineRefusedChanges" in json.dumps(mapping["DestinationConfig"]["OnFailure"])


def test_the_first_context_of_a_match_is_dispatched_too(development: Assembly) -> None:
    (rule,) = event_source(development, "PipelinePlanDispatch")["FilterCriteria"]["Filters"]
    pattern = json.loads(rule["Pattern"])
    assert set(pattern["eventName"]) == {"INSERT", "MODIFY"}
    assert pattern["dynamodb"] == {"Keys": {"item": {"S": ["CONTEXT"]}}}


def test_a_failing_interaction_does_not_block_a_shard(development: Assembly) -> None:
    mapping = event_source(development, "RecordInteractions")
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRecordAgeInSeconds"] == 6 * 3600
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "RefusedInteractions" in json.dumps(mapping["DestinationConfig"]["OnFailure"])


def test_throttled_interactions_are_retried_for_hours(development: Assembly) -> None:
    assert event_source(development, "RecordInteractions")["MaximumRetryAttempts"] == 10_000


@pytest.mark.parametrize(("queue", "receives"), [("PipelineMoments", 12), ("PipelineDispatch", 80)])
def test_failed_messages_move_to_a_dead_letter_queue(
    development: Assembly, queue: str, receives: int
) -> None:
    (work,) = (
        resource["Properties"]
        for name, resource in development.of_type("DeliveryStack", "AWS::SQS::Queue").items()
        if name.startswith(f"{queue}Queue")
    )
    assert work["RedrivePolicy"]["maxReceiveCount"] == receives
    assert f"{queue}DeadLetters" in json.dumps(work["RedrivePolicy"]["deadLetterTargetArn"])


def test_a_moment_is_hidden_for_six_timeouts_of_its_function(development: Assembly) -> None:
    work = development.properties("DeliveryStack", "AWS::SQS::Queue", "PipelineMomentsQueue")
    assert work["VisibilityTimeout"] == 6 * development.function("DeliveryStack", "build_context")["Timeout"]


def test_a_task_of_a_killed_function_returns_after_its_claim_and_before_any_version_expires(
    development: Assembly,
) -> None:
    work = development.properties("DeliveryStack", "AWS::SQS::Queue", "PipelineDispatchQueue")
    timeout = development.function("DeliveryStack", "dispatch_components")["Timeout"]
    claimed = timeout + (CLAIM_RESERVE - PAGE_RESERVE).total_seconds()
    shortest = min(salience.valid_seconds for salience in SALIENCE.values() if salience.valid_seconds)
    assert claimed < work["VisibilityTimeout"] < shortest + LONGEST_PICTURE_DELAY.total_seconds()


def test_a_dispatch_task_is_received_until_its_version_expires(development: Assembly) -> None:
    work = development.properties("DeliveryStack", "AWS::SQS::Queue", "PipelineDispatchQueue")
    receives = work["RedrivePolicy"]["maxReceiveCount"]
    pauses = [
        pause_seconds({"attributes": {"ApproximateReceiveCount": str(count)}}) for count in range(1, receives)
    ]
    longest = max(salience.valid_seconds for salience in SALIENCE.values())
    assert sum(pauses) > longest + LONGEST_PICTURE_DELAY.total_seconds()
    assert work["MessageRetentionPeriod"] > receives * work["VisibilityTimeout"]


def test_moments_are_delivered_as_raw_messages(development: Assembly) -> None:
    subscription = development.properties("DeliveryStack", "AWS::SNS::Subscription", "PipelineMoments")
    assert subscription["RawMessageDelivery"] is True
    assert "UndeliveredMoments" in json.dumps(subscription["RedrivePolicy"])


def test_the_authorizer_trusts_the_user_pool_by_default(development: Assembly) -> None:
    variables = development.function("DeliveryStack", "authorize_connection")["Environment"]["Variables"]
    assert json.dumps(variables["TOKEN_ISSUER"]).count("cognito-idp") == 1
    assert json.dumps(variables["JWKS_URI"]).endswith('"/.well-known/jwks.json"]]}')


def test_functions_run_on_arm_with_tracing_and_log_retention(development: Assembly) -> None:
    functions = development.of_type("DeliveryStack", "AWS::Lambda::Function").values()
    groups = development.of_type("DeliveryStack", "AWS::Logs::LogGroup")
    assert len(functions) == 19
    for function in functions:
        properties = function["Properties"]
        assert properties["Architectures"] == ["arm64"]
        assert properties["Runtime"] == "python3.11"
        assert properties["TracingConfig"] == {"Mode": "Active"}
        group = groups[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["Properties"]["RetentionInDays"] == 7


def test_all_functions_share_one_code_asset_and_one_layer(development: Assembly) -> None:
    functions = development.of_type("DeliveryStack", "AWS::Lambda::Function").values()
    assert len({json.dumps(function["Properties"]["Code"]) for function in functions}) == 1
    assert len({json.dumps(function["Properties"]["Layers"]) for function in functions}) == 1


def test_dispatch_reserves_concurrency_in_production_only(
    development: Assembly, production: Assembly
) -> None:
    # A new account may have too little concurrency to reserve some.
    assert "ReservedConcurrentExecutions" not in development.function("DeliveryStack", "dispatch_components")
    reserved = production.function("DeliveryStack", "dispatch_components")["ReservedConcurrentExecutions"]
    pollers = event_source(production, "PipelineDispatch")["ProvisionedPollerConfig"]
    assert reserved >= pollers["MaximumPollers"] * INVOCATIONS_PER_POLLER


def test_pollers_for_every_shard_wait_for_dispatch_tasks_in_production(
    development: Assembly, production: Assembly
) -> None:
    # Lambda refuses a mapping with both kinds of limit.
    mapping = event_source(production, "PipelineDispatch")
    assert mapping["ProvisionedPollerConfig"] == {"MinimumPollers": 7, "MaximumPollers": 10}
    assert "ScalingConfig" not in mapping
    small = event_source(development, "PipelineDispatch")
    assert small["ScalingConfig"] == {"MaximumConcurrency": 4}
    assert "ProvisionedPollerConfig" not in small


def test_only_functions_that_sign_or_verify_placements_read_their_key(development: Assembly) -> None:
    modules = {*ENVIRONMENT, "subscribe"}
    readers = {each for each in modules if granted(development, each, "secretsmanager:GetSecretValue")}
    assert readers == {"dispatch_components", "subscribe", "interact"}


def test_the_key_of_placements_is_rotated_less_often_than_placements_expire(development: Assembly) -> None:
    rotation = development.properties("DeliveryStack", "AWS::SecretsManager::RotationSchedule")
    every = re.fullmatch(r"rate\((\d+) days\)", rotation["RotationRules"]["ScheduleExpression"])
    assert every
    assert timedelta(days=int(every[1])) > 2 * MAX_DELAY
