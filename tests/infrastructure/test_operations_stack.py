"""Tests of the OperationsStack, and of the topics for notices."""

import json
from typing import Any

from lambdas.logic.kick_off import WARM_UP
from tests.infrastructure.alarm_metrics import target_of
from tests.infrastructure.assembly import Assembly
from tests.infrastructure.delivery_functions import event_source


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


def test_every_dead_letter_queue_has_an_alarm(development: Assembly) -> None:
    # GIVEN every dead-letter queue
    queues = [
        name
        for stack in ("DataStack", "AnalyticsStack", "DeliveryStack", "OperationsStack")
        for name, queue in development.of_type(stack, "AWS::SQS::Queue").items()
        if "RedrivePolicy" not in queue["Properties"]
    ]
    # THEN each has an alarm
    alarms = development.of_type("OperationsStack", "AWS::CloudWatch::Alarm").values()
    watched = json.dumps([alarm["Properties"].get("Dimensions") for alarm in alarms])
    assert len(queues) == 13
    for queue in queues:
        assert queue in watched


def test_alarms_cover_failures_that_viewers_notice(development: Assembly) -> None:
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


def test_announced_matches_are_scheduled_in_one_schedule_group(development: Assembly) -> None:
    # GIVEN the function that receives announced matches in order, one per invocation
    mapping = development.properties("OperationsStack", "AWS::Lambda::EventSourceMapping")
    assert "AnnouncementsQueue" in json.dumps(mapping["EventSourceArn"])
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queues = development.of_type("AnalyticsStack", "AWS::SQS::Queue")
    work = development.properties("AnalyticsStack", "AWS::SQS::Queue", "AnnouncementsQueue")
    dead_letters = work["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert work["FifoQueue"] is queues[dead_letters]["Properties"]["FifoQueue"] is True
    scheduling = development.function("OperationsStack", "schedule_kick_off")
    assert work["VisibilityTimeout"] == 6 * scheduling["Timeout"]
    # THEN it may write the times in which matches need capacity, and read the matches
    statements = development.statements("OperationsStack", "schedule_kick_off")
    tables = [one["Action"] for one in statements if "dynamodb:" in json.dumps(one["Action"])]
    assert sorted(tables) == ["dynamodb:PutItem", "dynamodb:Query"]


def test_the_capacity_is_compared_with_the_matches_every_minute(development: Assembly) -> None:
    # GIVEN the schedule of the capacity, in the group whose alarm watches what is dropped
    schedule = development.properties("OperationsStack", "AWS::Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    group = development.properties("OperationsStack", "AWS::Scheduler::ScheduleGroup")
    assert schedule["GroupName"] == group["Name"]
    target = schedule["Target"]
    # THEN its function gets no input; the next minute tries again, and what fails is kept
    assert target["Input"] == "{}"
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
    (dead_letters,) = development.of_type("OperationsStack", "AWS::SQS::Queue")
    assert dead_letters in json.dumps(target["DeadLetterConfig"])
    invocation = development.properties("OperationsStack", "AWS::Lambda::EventInvokeConfig")
    assert dead_letters in json.dumps(invocation["DestinationConfig"]["OnFailure"])
    # AND an alarm is raised if no run finds what the matches need, or none runs
    alarm = development.properties("OperationsStack", "AWS::CloudWatch::Alarm", "AlarmsCapacityNotReached")
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["EvaluationPeriods"] * alarm["Period"] < WARM_UP.total_seconds()


def test_the_capacity_function_may_update_one_campaign_only(development: Assembly) -> None:
    statements = development.statements("OperationsStack", "set_campaign_capacity")
    (statement,) = (one for one in statements if "personalize" in json.dumps(one["Action"]))
    assert statement["Action"] == ["personalize:DescribeCampaign", "personalize:UpdateCampaign"]
    assert json.dumps(statement["Resource"]).endswith(':campaign/touchline-development"]]}')
    assert "scheduler:" not in json.dumps(statements)


def test_the_capacity_function_keeps_the_dispatch_ready_in_production(
    development: Assembly, production: Assembly
) -> None:
    # GIVEN the alias that the dispatch queue invokes
    ((live, alias),) = production.of_type("DeliveryStack", "AWS::Lambda::Alias").items()
    assert live in json.dumps(event_source(production, "PipelineDispatchLive")["FunctionName"])
    # THEN the function may provision that alias alone, for as many environments as are reserved at most
    statements = production.statements("OperationsStack", "set_campaign_capacity")
    (statement,) = (one for one in statements if "lambda:" in json.dumps(one["Action"]))
    _, resource = target_of(production, statement["Resource"]["Fn::Join"][1][-2])
    assert resource == alias["Properties"]["FunctionName"]["Ref"]
    assert statement["Resource"]["Fn::Join"][1][-1] == f":{alias['Properties']['Name']}"
    assert statement["Action"] == [
        "lambda:DeleteProvisionedConcurrencyConfig",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:PutProvisionedConcurrencyConfig",
    ]
    keeping = production.function("OperationsStack", "set_campaign_capacity")["Environment"]["Variables"]
    assert keeping["DISPATCH_ALIAS_ARN"] == statement["Resource"]
    environments = int(keeping["MATCH_DISPATCH_ENVIRONMENTS"])
    assert (
        environments
        <= production.function("DeliveryStack", "dispatch_components")["ReservedConcurrentExecutions"]
    )
    # AND development has none of it
    assert not development.of_type("DeliveryStack", "AWS::Lambda::Alias")
    assert "lambda:" not in json.dumps(development.statements("OperationsStack", "set_campaign_capacity"))


def test_the_budget_counts_one_stage_only(development: Assembly, production: Assembly) -> None:
    for assembly, stage in ((development, "development"), (production, "production")):
        budget = assembly.properties("OperationsStack", "AWS::Budgets::Budget")["Budget"]
        assert budget["CostFilters"] == {"TagKeyValue": [f"user:stage${stage}"]}


def test_services_may_publish_notices_for_this_account_only(development: Assembly) -> None:
    this_account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    for policy in policies(development, "OperationsStack"):
        assert conditions(policy) == {
            "cloudwatch.amazonaws.com": [this_account],
            "budgets.amazonaws.com": [this_account],
        }


def test_event_bridge_may_publish_without_a_source_condition(development: Assembly) -> None:
    for policy in policies(development, "TrainingStack"):
        assert set(conditions(policy)) == {"events.amazonaws.com"}
        assert not any(conditions(policy)["events.amazonaws.com"])


def policies(assembly: Assembly, stack: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the policies of a stack's notices topic and of its key."""
    return (
        assembly.properties(stack, "AWS::SNS::TopicPolicy", "Notices")["PolicyDocument"],
        assembly.properties(stack, "AWS::KMS::Key", "Notices")["KeyPolicy"],
    )


def conditions(policy: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the conditions of each service in a policy."""
    found: dict[str, list[Any]] = {}
    for statement in policy["Statement"]:
        principal = statement["Principal"]
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        for service in [services] if isinstance(services, str) else services:
            found.setdefault(service, []).append(statement.get("Condition"))
    return found
