"""Tests of the AnalyticsStack, and of the APIs' access logs."""

import json
from dataclasses import replace

import pytest

from lambdas.logic.application_start import TIMEOUT_SECONDS
from stacks.config import stage_config
from stacks.errors import StageConfigError
from tests.infrastructure.assembly import Assembly


def property_groups(assembly: Assembly) -> dict[str, dict[str, object]]:
    application = assembly.properties("AnalyticsStack", "AWS::KinesisAnalyticsV2::Application")
    groups = application["ApplicationConfiguration"]["EnvironmentProperties"]["PropertyGroups"]
    return {group["PropertyGroupId"]: group["PropertyMap"] for group in groups}


def test_the_detector_has_the_settings_of_its_stream_topic_and_queue(development: Assembly) -> None:
    assert set(property_groups(development)["touchline"]) == {
        "aws.region",
        "signals.stream.arn",
        "signals.stream.name",
        "moments.topic.arn",
        "dead.letters.queue.url",
        "allowed.lateness.seconds",
    }
    assert {"python", "jarfile"} <= set(property_groups(development)["kinesis.analytics.flink.run.options"])


def test_the_detector_restores_its_state_after_a_failure(production: Assembly) -> None:
    application = production.properties("AnalyticsStack", "AWS::KinesisAnalyticsV2::Application")
    configuration = application["ApplicationConfiguration"]
    checkpoints = configuration["FlinkApplicationConfiguration"]["CheckpointConfiguration"]
    assert application["RuntimeEnvironment"] == "FLINK-1_20"
    assert checkpoints["CheckpointingEnabled"] is True
    assert configuration["ApplicationSnapshotConfiguration"] == {"SnapshotsEnabled": True}


def test_the_detector_is_started_after_every_change_of_its_code_or_configuration(
    development: Assembly,
) -> None:
    # GIVEN the application, its log and the resource that starts it
    ((name, application),) = development.of_type(
        "AnalyticsStack", "AWS::KinesisAnalyticsV2::Application"
    ).items()
    ((logging, _),) = development.of_type(
        "AnalyticsStack", "AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption"
    ).items()
    (start,) = development.of_type("AnalyticsStack", "Custom::FlinkApplicationStart").values()

    # THEN it comes after them, and changes with the code, the settings and the parallelism
    assert {name, logging} <= set(start["DependsOn"])
    assert start["Properties"]["ApplicationName"] == {"Ref": name}
    carried = json.dumps(start["Properties"]["Configuration"])
    configuration = application["Properties"]["ApplicationConfiguration"]
    code = configuration["ApplicationCodeConfiguration"]["CodeContent"]["S3ContentLocation"]["FileKey"]
    assert code in carried
    assert "dead.letters.queue.url" in carried
    assert "parallelism" in carried


def test_the_start_of_the_detector_may_start_this_application_and_no_other(development: Assembly) -> None:
    (name,) = development.of_type("AnalyticsStack", "AWS::KinesisAnalyticsV2::Application")
    statements = development.statements("AnalyticsStack", "start_application")
    (statement,) = (one for one in statements if "kinesisanalytics" in json.dumps(one["Action"]))
    assert statement["Action"] == [
        "kinesisanalytics:DescribeApplication",
        "kinesisanalytics:DescribeApplicationOperation",
        "kinesisanalytics:StartApplication",
    ]
    assert json.dumps(statement["Resource"]).endswith(f':application/", {{"Ref": "{name}"}}]]}}')
    assert development.function("AnalyticsStack", "start_application")["Timeout"] > TIMEOUT_SECONDS


def test_the_service_restarts_the_detector_only_in_its_maintenance_window(
    development: Assembly, production: Assembly
) -> None:
    for assembly in (development, production):
        application = assembly.properties("AnalyticsStack", "AWS::KinesisAnalyticsV2::Application")
        flink = application["ApplicationConfiguration"]["FlinkApplicationConfiguration"]
        assert flink["ParallelismConfiguration"]["AutoScalingEnabled"] is False
        assert application["ApplicationMaintenanceConfiguration"] == {
            "ApplicationMaintenanceWindowStartTime": "03:00"
        }


@pytest.mark.parametrize("time", ["3:00", "24:00", "03:60", "03:00 UTC"])
def test_a_maintenance_window_starts_at_a_time_of_day(time: str) -> None:
    with pytest.raises(StageConfigError, match=r"flink\.maintenance_window_start: expected a time of day"):
        replace(stage_config("production").flink, maintenance_window_start=time)


def test_the_feed_api_has_two_routes_and_a_throttle(development: Assembly, production: Assembly) -> None:
    routes = development.of_type("AnalyticsStack", "AWS::ApiGatewayV2::Route").values()
    assert {route["Properties"]["RouteKey"] for route in routes} == {
        "POST /feeds/{provider}",
        "PUT /matches/{match_id}",
    }

    def limit(assembly: Assembly) -> int:
        stage = assembly.properties("AnalyticsStack", "AWS::ApiGatewayV2::Stage")
        limit: int = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        return limit

    assert 0 < limit(development) < limit(production)


def test_apis_log_the_address_of_the_caller(production: Assembly) -> None:
    for stack in ("AnalyticsStack", "DeliveryStack"):
        stage = production.properties(stack, "AWS::ApiGatewayV2::Stage")
        assert "$context.identity.sourceIp" in stage["AccessLogSettings"]["Format"]


def test_a_new_account_gets_a_role_for_api_gateway_logs(production: Assembly) -> None:
    # GIVEN that API Gateway refuses a stage with logs in an account without a role for them
    ((name, account),) = production.of_type("DeliveryStack", "AWS::ApiGateway::Account").items()
    (stage,) = production.of_type("DeliveryStack", "AWS::ApiGatewayV2::Stage").values()
    # THEN the role is created before the stage, and retained for the account's other APIs
    assert name in stage["DependsOn"]
    assert account["DeletionPolicy"] == "Retain"


def test_development_sets_no_role_of_the_account(development: Assembly) -> None:
    # GIVEN that the account's role would outlive the stage, and that WebSocket logs need it
    assert development.of_type("DeliveryStack", "AWS::ApiGateway::Account") == {}
    assert "AccessLogSettings" not in development.properties("DeliveryStack", "AWS::ApiGatewayV2::Stage")
