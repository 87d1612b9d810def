"""Tests of the DeliveryStack of a stage that broadcasts."""

import json
import re
from typing import Any

import pytest

from domain.channel import CHANNEL_NAMESPACE, DOCUMENT_PREFIX
from paths import ROOT
from tests.infrastructure.assembly import STACKS, Assembly
from tests.infrastructure.cloudformation_rules import obstacles
from tests.infrastructure.delivery_functions import ENVIRONMENT, ROUTES, as_list, granted

STACK = "DeliveryStack"
OF_CONNECTIONS = {"WEBSOCKET_ENDPOINT", "POSTS_PER_SECOND", "POST_BURST"}
TOKENS = ENVIRONMENT["authorize_connection"]
BROADCAST_ENVIRONMENT = {
    "build_context": ENVIRONMENT["build_context"] - {"CONNECTION_SHARDS"},
    "plan_dispatch": ENVIRONMENT["plan_dispatch"] - {"CONNECTION_SHARDS"},
    "dispatch_components": {
        *(ENVIRONMENT["dispatch_components"] - OF_CONNECTIONS),
        *("EVENTS_URL", "DOCUMENTS_BUCKET_NAME", "JOINS_PER_SECOND"),
    },
    "authorize_channel": {"PLACEMENT_KEY_SECRET_ARN", "SOCKETS_PER_VIEWER"},
    "create_document_key": {"DOCUMENT_KEY_SECRET_ARN"},
    "issue_pass": {
        *TOKENS,
        *("CONNECTIONS_TABLE_NAME", "MATCHES_TABLE_NAME", "COMPONENTS_TABLE_NAME", "CONSTRAINTS_TABLE_NAME"),
        *("EXPERIMENT_SEASON", "EXPERIMENT_HOLDOUT_SHARE", "JOINS_PER_SECOND", "IMPRESSION_SHARE"),
        *("DOCUMENTS_URL", "DOCUMENT_KEY_PAIR_ID", "DOCUMENT_KEY_SECRET_ARN"),
        *("DISPATCH_QUEUE_URL", "PLACEMENT_KEY_SECRET_ARN", "SOCKETS_PER_VIEWER"),
    },
    "accept_interactions": {
        *(TOKENS | ENVIRONMENT["interact"]),
        *("MATCHES_TABLE_NAME", "CONSTRAINTS_TABLE_NAME", "IMPRESSION_SHARE", "NAMED_VIEWERS"),
    },
}
ROUTES_OF_VIEWERS = {"subscribe", "unsubscribe", "interact"}
PERMISSIONS = [
    ("build_context", "Connections", "GetItem PutItem Query"),
    ("plan_dispatch", "Connections", "GetItem PutItem Query"),
    ("dispatch_components", "Connections", "BatchGetItem PutItem BatchWriteItem UpdateItem"),
    ("dispatch_components", "Matches", "GetItem Query"),
    ("issue_pass", "Connections", "Query UpdateItem"),
    ("issue_pass", "Matches", "Query"),
    ("issue_pass", "Constraints", "Query"),
    ("issue_pass", "Components", "Query"),
    ("accept_interactions", "Connections", "GetItem BatchGetItem PutItem UpdateItem DeleteItem"),
    ("accept_interactions", "Matches", "GetItem"),
    ("accept_interactions", "Constraints", "Query"),
    ("accept_interactions", "Components", "Query"),
]
"""Module, table (as in the name of its export) and granted actions."""


@pytest.mark.parametrize("module", sorted(BROADCAST_ENVIRONMENT))
def test_a_function_has_exactly_the_variables_that_it_reads(broadcast: Assembly, module: str) -> None:
    variables = broadcast.function(STACK, module)["Environment"]["Variables"]
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    assert own == BROADCAST_ENVIRONMENT[module]
    if "DELIVERY_MODE" in own:
        assert variables["DELIVERY_MODE"] == "broadcast"


@pytest.mark.parametrize(("module", "table", "actions"), PERMISSIONS)
def test_a_function_has_exactly_the_table_permissions_that_it_needs(
    broadcast: Assembly, module: str, table: str, actions: str
) -> None:
    found = {
        action.removeprefix("dynamodb:")
        for statement in broadcast.statements(STACK, module)
        for action in as_list(statement["Action"])
        if action.startswith("dynamodb:") and table in json.dumps(statement["Resource"])
    }
    assert found - {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"} == set(actions.split())


def test_the_websocket_api_is_for_operators(broadcast: Assembly) -> None:
    (socket,) = (
        name
        for name, api in broadcast.of_type(STACK, "AWS::ApiGatewayV2::Api").items()
        if api["Properties"]["ProtocolType"] == "WEBSOCKET"
    )
    routes = {
        route["Properties"]["RouteKey"]
        for route in broadcast.of_type(STACK, "AWS::ApiGatewayV2::Route").values()
        if route["Properties"]["ApiId"] == {"Ref": socket}
    }
    assert routes == ROUTES - ROUTES_OF_VIEWERS


def modules(assembly: Assembly) -> set[str]:
    functions = assembly.of_type(STACK, "AWS::Lambda::Function").values()
    handlers = [str(function["Properties"]["Handler"]) for function in functions]
    return {handler.split(".")[2] for handler in handlers if handler.startswith("lambdas.")}


def test_no_function_posts_to_viewers_and_dispatch_alone_publishes(broadcast: Assembly) -> None:
    by_action = {
        action: {module for module in modules(broadcast) if granted(broadcast, module, action)}
        for action in ("appsync:EventPublish", "execute-api:ManageConnections")
    }
    assert by_action == {
        "appsync:EventPublish": {"dispatch_components"},
        "execute-api:ManageConnections": {"watch", "tell_operators"},
    }


def test_dispatch_publishes_to_its_own_namespace_only(broadcast: Assembly) -> None:
    (resource,) = granted(broadcast, "dispatch_components", "appsync:EventPublish")
    (namespace,) = broadcast.of_type(STACK, "AWS::AppSync::ChannelNamespace")
    assert json.loads(resource) == {"Fn::GetAtt": [namespace, "ChannelNamespaceArn"]}
    properties = broadcast.properties(STACK, "AWS::AppSync::ChannelNamespace")
    assert properties["Name"] == CHANNEL_NAMESPACE


def test_apps_connect_and_subscribe_with_a_pass_and_never_publish(broadcast: Assembly) -> None:
    config = broadcast.properties(STACK, "AWS::AppSync::Api")["EventConfig"]
    modes = {
        name: [mode["AuthType"] for mode in config[name]]
        for name in ("ConnectionAuthModes", "DefaultSubscribeAuthModes", "DefaultPublishAuthModes")
    }
    assert modes == {
        "ConnectionAuthModes": ["AWS_LAMBDA"],
        "DefaultSubscribeAuthModes": ["AWS_LAMBDA"],
        "DefaultPublishAuthModes": ["AWS_IAM"],
    }
    # No namespace has modes of its own, which would take precedence.
    namespace = broadcast.properties(STACK, "AWS::AppSync::ChannelNamespace")
    assert not {"PublishAuthModes", "SubscribeAuthModes"} & namespace.keys()


def test_no_answer_of_the_authorizer_serves_for_another_channel(broadcast: Assembly) -> None:
    providers = broadcast.properties(STACK, "AWS::AppSync::Api")["EventConfig"]["AuthProviders"]
    (config,) = (each["LambdaAuthorizerConfig"] for each in providers if each["AuthType"] == "AWS_LAMBDA")
    assert config["AuthorizerResultTtlInSeconds"] == 0
    assert "AuthorizeChannel" in json.dumps(config["AuthorizerUri"])
    (permission,) = (
        each["Properties"]
        for each in broadcast.of_type(STACK, "AWS::Lambda::Permission").values()
        if each["Properties"]["Principal"] == "appsync.amazonaws.com"
    )
    assert permission["FunctionName"] == config["AuthorizerUri"]
    (api,) = broadcast.of_type(STACK, "AWS::AppSync::Api")
    assert permission["SourceArn"] == {"Fn::GetAtt": [api, "ApiArn"]}


def test_errors_of_the_channels_are_logged_to_a_group_of_the_stack(broadcast: Assembly) -> None:
    logs = broadcast.properties(STACK, "AWS::AppSync::Api")["EventConfig"]["LogConfig"]
    assert logs["LogLevel"] == "ERROR"
    (api,) = broadcast.of_type(STACK, "AWS::AppSync::Api")
    (group,) = (
        name
        for name, resource in broadcast.of_type(STACK, "AWS::Logs::LogGroup").items()
        if "/aws/appsync/apis/" in json.dumps(resource["Properties"].get("LogGroupName"))
        and {"Fn::GetAtt": [api, "ApiId"]} in resource["Properties"]["LogGroupName"]["Fn::Join"][1]
    )
    role = logs["CloudWatchLogsRoleArn"]["Fn::GetAtt"][0]
    (policy,) = (
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in broadcast.of_type(STACK, "AWS::IAM::Policy").values()
        if each["Properties"]["Roles"] == [{"Ref": role}]
    )
    assert [statement["Resource"] for statement in policy] == [{"Fn::GetAtt": [group, "Arn"]}]
    assert set(policy[0]["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}


def distribution(assembly: Assembly) -> dict[str, Any]:
    config: dict[str, Any] = assembly.properties(STACK, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return config


def test_every_document_needs_a_signed_link(broadcast: Assembly) -> None:
    # GIVEN a distribution with one behaviour
    config = distribution(broadcast)
    assert "CacheBehaviors" not in config
    # THEN it trusts the group of the one key that a function created
    (group,), (key,) = (
        list(broadcast.of_type(STACK, f"AWS::CloudFront::{kind}")) for kind in ("KeyGroup", "PublicKey")
    )
    assert config["DefaultCacheBehavior"]["TrustedKeyGroups"] == [{"Ref": group}]
    items = broadcast.properties(STACK, "AWS::CloudFront::KeyGroup")["KeyGroupConfig"]["Items"]
    assert items == [{"Ref": key}]
    encoded = broadcast.properties(STACK, "AWS::CloudFront::PublicKey")["PublicKeyConfig"]["EncodedKey"]
    (pair,) = broadcast.of_type(STACK, "Custom::DocumentKey")
    assert encoded == {"Fn::GetAtt": [pair, "PublicKey"]}


def test_the_links_to_one_document_share_one_cached_copy_for_as_long_as_it_says(broadcast: Assembly) -> None:
    policy = broadcast.properties(STACK, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]
    parameters = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert parameters["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert parameters["CookiesConfig"] == {"CookieBehavior": "none"}
    assert policy["MinTTL"] == 0
    assert distribution(broadcast)["DefaultCacheBehavior"]["Compress"] is True


def test_a_document_that_is_written_after_it_was_asked_for_is_found_a_second_later(
    broadcast: Assembly,
) -> None:
    kept = {
        each["ErrorCode"]: each["ErrorCachingMinTTL"]
        for each in distribution(broadcast)["CustomErrorResponses"]
    }
    assert kept == {403: 1, 404: 1}


def test_the_bucket_of_documents_is_read_by_its_distribution_only(broadcast: Assembly) -> None:
    bucket = broadcast.properties(STACK, "AWS::S3::Bucket")
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 2
    statements = broadcast.properties(STACK, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    readers = [each for each in statements if each["Effect"] == "Allow" and "s3:GetObject" in each["Action"]]
    (reader,) = readers
    assert reader["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    (name,) = broadcast.of_type(STACK, "AWS::CloudFront::Distribution")
    assert json.dumps(reader["Condition"]["StringEquals"]["AWS:SourceArn"]).endswith(
        f'":distribution/", {{"Ref": "{name}"}}]]}}'
    )


def test_dispatch_alone_writes_documents_and_deletes_none(broadcast: Assembly) -> None:
    (bucket,) = broadcast.of_type(STACK, "AWS::S3::Bucket")
    objects = {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, f"/{DOCUMENT_PREFIX}/*"]]}
    grants = {
        (module, action)
        for module in modules(broadcast)
        for statement in broadcast.statements(STACK, module)
        if objects in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }
    assert grants == {("dispatch_components", "s3:GetObject"), ("dispatch_components", "s3:PutObject")}


def test_the_private_key_is_read_by_who_signs_and_written_once(broadcast: Assembly) -> None:
    (secret,) = (
        name for name in broadcast.of_type(STACK, "AWS::SecretsManager::Secret") if "DocumentKey" in name
    )
    grants = {
        (module, action)
        for module in modules(broadcast)
        for action in ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")
        if json.dumps({"Ref": secret}) in granted(broadcast, module, action)
    }
    assert grants == {
        ("issue_pass", "secretsmanager:GetSecretValue"),
        ("create_document_key", "secretsmanager:GetSecretValue"),
        ("create_document_key", "secretsmanager:PutSecretValue"),
    }


def test_only_functions_that_sign_or_verify_read_the_key_of_placements(broadcast: Assembly) -> None:
    (secret,) = (
        name for name in broadcast.of_type(STACK, "AWS::SecretsManager::Secret") if "PlacementKey" in name
    )
    readers = {
        module
        for module in modules(broadcast)
        if json.dumps({"Ref": secret}) in granted(broadcast, module, "secretsmanager:GetSecretValue")
    }
    used = {"accept_interactions", "authorize_channel", "dispatch_components", "issue_pass"}
    assert readers == {*used, "rotate_placement_key"}


def test_passes_have_a_throttle_of_their_own(broadcast: Assembly) -> None:
    stage = next(
        resource["Properties"]
        for name, resource in broadcast.of_type(STACK, "AWS::ApiGatewayV2::Stage").items()
        if name.startswith("ViewerFunctionsApi")
    )
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 500
    assert stage["RouteSettings"] == {
        "POST /matches/{match_id}/pass": {"ThrottlingRateLimit": 1_500, "ThrottlingBurstLimit": 1_500}
    }
    routes = {
        route["Properties"]["RouteKey"]
        for name, route in broadcast.of_type(STACK, "AWS::ApiGatewayV2::Route").items()
        if name.startswith("ViewerFunctionsApi")
    }
    assert routes == {"POST /matches/{match_id}/pass", "POST /matches/{match_id}/interactions"}


def test_pages_of_any_origin_may_send_a_token_and_no_cookies(broadcast: Assembly) -> None:
    (cors,) = (
        api["Properties"]["CorsConfiguration"]
        for api in broadcast.of_type(STACK, "AWS::ApiGatewayV2::Api").values()
        if "CorsConfiguration" in api["Properties"]
    )
    assert cors["AllowOrigins"] == ["*"]
    assert "AllowCredentials" not in cors
    assert set(cors["AllowHeaders"]) == {"authorization", "content-type"}
    assert cors["AllowMethods"] == ["POST"]


def test_an_app_learns_where_it_joins_and_may_connect_there_only(broadcast: Assembly) -> None:
    # GIVEN the settings that are deployed beside the app
    deployed = broadcast.properties("ClientStack", "Custom::CDKBucketDeployment", "AppBuild")
    markers = json.dumps(deployed["SourceMarkers"])
    for export in ("ApiEndpoint", "DnsHttp", "DnsRealtime"):
        assert export in markers
    # THEN its policy names the same services, and the documents
    headers = broadcast.properties("ClientStack", "AWS::CloudFront::ResponseHeadersPolicy", "AppHeaders")
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = json.dumps(security["ContentSecurityPolicy"])
    origins = re.search(r"connect-src 'self' (.*?);", policy)
    assert origins
    for part in ("ApiEndpoint", "DnsRealtime", "DomainName", "cognito-idp"):
        assert part in origins[1]
    assert "execute-api" not in origins[1]


@pytest.mark.parametrize("stack", STACKS)
def test_a_stage_that_is_deployed_starts_and_stops_to_broadcast_by_updates(
    stack: str, development: Assembly, broadcast: Assembly
) -> None:
    assert obstacles(development.templates[stack], broadcast.templates[stack]) == set()
    assert obstacles(broadcast.templates[stack], development.templates[stack]) == set()


def exports(assembly: Assembly) -> set[str]:
    outputs = assembly.templates[STACK]["Outputs"].values()
    return {output["Export"]["Name"] for output in outputs if "Export" in output}


def test_the_stacks_that_go_first_on_the_way_back_are_those_of_the_documentation(
    development: Assembly, broadcast: Assembly
) -> None:
    # GIVEN that CloudFormation removes no export in use, and that DeliveryStack is deployed before the others
    # THEN nothing stands in the way to broadcast
    assert exports(development) <= exports(broadcast)
    # AND on the way back the stacks that import the channels' addresses go first
    added = exports(broadcast) - exports(development)
    importing = {
        stack
        for stack, template in broadcast.templates.items()
        if any(f'"{name}"' in json.dumps(template) for name in added) and stack != STACK
    }
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"cdk deploy --exclusively ([\w ]+)`", guide)
    assert importing == set(named.split())
