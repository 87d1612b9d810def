"""Promises of what finds Moments, and of what watches the system."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lambdas.logic.application_start import TIMEOUT_SECONDS
from stacks.config import stage_config
from stacks.errors import StageConfigError
from tests.infrastructure.conftest import Assembly


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


def test_a_detector_that_does_not_run_raises_an_alarm(development: Assembly, production: Assembly) -> None:
    # GIVEN that an application that never ran has no metric
    for assembly, notifies in ((development, False), (production, True)):
        alarm = assembly.properties("OperationsStack", "AWS::CloudWatch::Alarm", "AlarmsDetectorStopped")
        assert alarm["MetricName"] == "uptime"
        assert alarm["Namespace"] == "AWS/KinesisAnalytics"
        # THEN a missing value counts as one that is too low, and notifies where the detector must always run
        assert alarm["TreatMissingData"] == "breaching"
        assert alarm["ComparisonOperator"] == "LessThanOrEqualToThreshold"
        assert alarm["Threshold"] == 0
        assert alarm["ActionsEnabled"] is notifies


def test_feeds_have_two_doors_and_a_limit(development: Assembly, production: Assembly) -> None:
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


def test_apis_log_who_called(development: Assembly) -> None:
    for stack in ("AnalyticsStack", "DeliveryStack"):
        stage = development.properties(stack, "AWS::ApiGatewayV2::Stage")
        assert "$context.identity.sourceIp" in stage["AccessLogSettings"]["Format"]


def test_a_fresh_account_can_log_its_sockets(development: Assembly) -> None:
    # GIVEN that a WebSocket stage with logs is refused in an account without a role for them
    ((name, account),) = development.of_type("DeliveryStack", "AWS::ApiGateway::Account").items()
    (stage,) = development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Stage").values()
    # THEN the role comes first, and stays for the account's other APIs
    assert name in stage["DependsOn"]
    assert account["DeletionPolicy"] == "Retain"


def test_every_dead_letter_wakes_somebody(development: Assembly) -> None:
    # GIVEN every queue of dead letters
    queues = [
        name
        for stack in ("DataStack", "AnalyticsStack", "DeliveryStack", "OperationsStack")
        for name, queue in development.of_type(stack, "AWS::SQS::Queue").items()
        if "RedrivePolicy" not in queue["Properties"]
    ]
    # THEN an alarm watches each
    alarms = development.of_type("OperationsStack", "AWS::CloudWatch::Alarm").values()
    watched = json.dumps([alarm["Properties"].get("Dimensions") for alarm in alarms])
    assert len(queues) == 11
    for queue in queues:
        assert queue in watched


def test_alarms_cover_what_viewers_would_feel(development: Assembly) -> None:
    alarms = development.of_type("OperationsStack", "AWS::CloudWatch::Alarm")
    for beginning in (
        "SignalsBehind",
        "InteractionsBehind",
        "DispatchErrors",
        "RecommenderDegraded",
        "DetectorDown",
    ):
        assert any(name.startswith(f"Alarms{beginning}") for name in alarms)
    topics = {json.dumps(alarm["Properties"]["AlarmActions"]) for alarm in alarms.values()}
    assert len(topics) == 1


def test_an_announced_match_is_scheduled_in_its_own_group(development: Assembly) -> None:
    # GIVEN the function that hears of announced matches, one after another
    mapping = development.properties("OperationsStack", "AWS::Lambda::EventSourceMapping")
    assert "AnnouncementsQueue" in json.dumps(mapping["EventSourceArn"])
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queues = development.of_type("AnalyticsStack", "AWS::SQS::Queue")
    work = development.properties("AnalyticsStack", "AWS::SQS::Queue", "AnnouncementsQueue")
    aside = work["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert work["FifoQueue"] is queues[aside]["Properties"]["FifoQueue"] is True
    planning = development.function("OperationsStack", "schedule_kick_off")
    assert work["VisibilityTimeout"] == 6 * planning["Timeout"]
    # THEN it writes schedules of one group, and hands over one role to one service
    name = development.properties("OperationsStack", "AWS::Scheduler::ScheduleGroup")["Name"]
    statements = development.statements("OperationsStack", "schedule_kick_off")
    (schedules,) = (one for one in statements if "scheduler:CreateSchedule" in one["Action"])
    assert f":schedule/{name}/warm-up-*" in json.dumps(schedules["Resource"])
    (passing,) = (one for one in statements if one["Action"] == "iam:PassRole")
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_capacity_changes_touch_one_campaign(development: Assembly) -> None:
    statements = development.statements("OperationsStack", "set_campaign_capacity")
    (statement,) = (one for one in statements if "personalize" in json.dumps(one["Action"]))
    (schedules,) = (one for one in statements if "scheduler:CreateSchedule" in one["Action"])
    assert json.dumps(schedules["Resource"]).endswith('/stand-down"]]}')
    assert statement["Action"] == "personalize:UpdateCampaign"
    assert json.dumps(statement["Resource"]).endswith(':campaign/touchline-development"]]}')


def test_the_budget_counts_this_stage_alone(development: Assembly, production: Assembly) -> None:
    for assembly, stage in ((development, "development"), (production, "production")):
        budget = assembly.properties("OperationsStack", "AWS::Budgets::Budget")["Budget"]
        assert budget["CostFilters"] == {"TagKeyValue": [f"user:stage${stage}"]}


def test_services_give_notice_on_behalf_of_this_account_alone(development: Assembly) -> None:
    ours = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    for policy in policies(development, "OperationsStack"):
        assert conditions(policy) == {"cloudwatch.amazonaws.com": [ours], "budgets.amazonaws.com": [ours]}


def test_event_bridge_is_asked_for_no_source_for_it_tells_none(development: Assembly) -> None:
    for policy in policies(development, "TrainingStack"):
        assert set(conditions(policy)) == {"events.amazonaws.com"}
        assert not any(conditions(policy)["events.amazonaws.com"])


def policies(assembly: Assembly, stack: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The policies of a stack's notices: of the topic, and of the key that encrypts it."""
    return (
        assembly.properties(stack, "AWS::SNS::TopicPolicy", "Notices")["PolicyDocument"],
        assembly.properties(stack, "AWS::KMS::Key", "Notices")["KeyPolicy"],
    )


def conditions(policy: dict[str, Any]) -> dict[str, list[Any]]:
    """On what conditions each service is let in."""
    found: dict[str, list[Any]] = {}
    for statement in policy["Statement"]:
        principal = statement["Principal"]
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        for service in [services] if isinstance(services, str) else services:
            found.setdefault(service, []).append(statement.get("Condition"))
    return found


@pytest.mark.parametrize("days", [0, 10, 400, -7])
def test_logs_are_kept_for_a_time_that_cloudwatch_knows(days: int) -> None:
    with pytest.raises(
        StageConfigError, match=f"log_retention_days: expected one of 7, 30, 90, 365; got {days}"
    ):
        replace(stage_config("development"), log_retention_days=days)


def test_the_client_is_private_and_says_so(development: Assembly) -> None:
    headers = development.properties("ClientStack", "AWS::CloudFront::ResponseHeadersPolicy")
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    assert "wss://" in json.dumps(security["ContentSecurityPolicy"])
    distribution = development.properties("ClientStack", "AWS::CloudFront::Distribution")
    (origin,) = distribution["DistributionConfig"]["Origins"]
    assert "OriginAccessControlId" in origin
