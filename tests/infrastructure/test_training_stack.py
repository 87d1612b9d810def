"""Tests of the TrainingStack."""

import json
from collections.abc import Iterator
from typing import Any

from paths import ROOT
from stacks.config import stage_config
from stacks.names import imported_parameter, serving_parameter, started_parameter
from tests.infrastructure.assembly import ALARM_EMAIL, Assembly

LOGS = ("ErrorLog", "OutputLog")


def test_the_state_machine_may_update_its_own_campaign_and_parameters_only(development: Assembly) -> None:
    statements = [
        statement
        for policy in development.of_type("TrainingStack", "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    (update,) = (one for one in statements if "personalize:UpdateCampaign" in one["Action"])
    (save,) = (one for one in statements if "ssm:PutParameter" in one["Action"])
    assert json.dumps(update["Resource"]).endswith(':campaign/touchline-development"]]}')
    config = stage_config("development")
    for resource, parameter in zip(
        save["Resource"],
        (started_parameter(config), imported_parameter(config), serving_parameter(config)),
        strict=True,
    ):
        assert json.dumps(resource).endswith(f':parameter{parameter}"]]}}')


def _definition(assembly: Assembly) -> dict[str, Any]:
    """Return the definition of the state machine, in which parts are references to other resources."""
    machine = assembly.properties("TrainingStack", "AWS::StepFunctions::StateMachine")
    parts = machine["DefinitionString"]["Fn::Join"][1]
    definition: dict[str, Any] = json.loads(
        "".join(part if isinstance(part, str) else "reference" for part in parts)
    )
    return definition


def test_a_version_is_stored_as_served_only_if_the_campaign_serves_it(development: Assembly) -> None:
    # GIVEN that the latest update of a campaign may be a change of its rate
    states = _definition(development)["States"]
    assert states["PublicationActive"]["Next"] == "IsVersionServed"
    # THEN the version in service is compared, and another one is a failure with a reason
    (served,) = states["IsVersionServed"]["Choices"]
    assert served == {
        "Variable": "$.described.Campaign.SolutionVersionArn",
        "StringEqualsPath": "$.started.SolutionVersionArn",
        "Next": "SaveServingVersion",
    }
    assert states[states["IsVersionServed"]["Default"]]["Next"] == "ReportFailure"


def test_everything_that_a_training_creates_has_the_tags_of_the_stage(development: Assembly) -> None:
    # GIVEN the definition of the state machine
    definition = _definition(development)
    # THEN each call that creates something in Personalize has them
    calls = [
        state
        for states in _states(definition)
        for state in states
        if ":personalize:create" in state.get("Resource", "")
    ]
    assert len(calls) == 4
    expected = {"application": "touchline", "stage": "development"}
    for call in calls:
        assert {tag["TagKey"]: tag["TagValue"] for tag in call["Parameters"]["Tags"]} == expected


def _states(machine: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    yield list(machine["States"].values())
    for state in machine["States"].values():
        for branch in state.get("Branches", []):
            yield from _states(branch)


def test_every_result_of_a_training_is_sent_to_the_notices_topic_once(development: Assembly) -> None:
    patterns = [
        rule["Properties"]["EventPattern"]
        for rule in development.of_type("TrainingStack", "AWS::Events::Rule").values()
        if "SNS" in json.dumps(rule) or "NoticesTopic" in json.dumps(rule["Properties"]["Targets"])
    ]
    assert {pattern["source"][0] for pattern in patterns} == {"touchline.training", "aws.states"}
    # GIVEN stages that share an account's event bus
    successes = [each["detail"] for each in patterns if each["source"] == ["touchline.training"]]
    assert all(detail["stage"] == ["development"] for detail in successes)
    statuses = sorted(status for detail in successes for status in detail["status"])
    assert statuses == ["KEPT", "PUBLISHED", "SKIPPED"]
    # THEN failures come from Step Functions, which also reports those that no state can catch
    (failures,) = (each["detail"]["status"] for each in patterns if each["source"] == ["aws.states"])
    assert failures == ["FAILED", "ABORTED", "TIMED_OUT"]


def test_the_alarm_address_gets_alarms_and_training_notices(production: Assembly) -> None:
    for stack in ("OperationsStack", "TrainingStack"):
        subscription = production.properties(stack, "AWS::SNS::Subscription", "Notices")
        assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", ALARM_EMAIL)


def test_the_state_machine_may_pass_only_its_reader_role_and_only_to_personalize(
    development: Assembly,
) -> None:
    statements = [
        statement
        for policy in development.of_type("TrainingStack", "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "iam:PassRole"
    ]
    (statement,) = statements
    assert "DatasetReader" in json.dumps(statement["Resource"])
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}}


def test_training_starts_on_a_schedule_and_when_an_upload_is_complete(development: Assembly) -> None:
    rules = [
        rule["Properties"] for rule in development.of_type("TrainingStack", "AWS::Events::Rule").values()
    ]
    (scheduled,) = (rule for rule in rules if "ScheduleExpression" in rule)
    (uploaded,) = (rule for rule in rules if rule.get("EventPattern", {}).get("source") == ["aws.s3"])
    assert scheduled["ScheduleExpression"] == "cron(0 4 ? * MON *)"
    assert uploaded["EventPattern"]["detail"]["object"] == {"key": [{"suffix": "_SUCCESS"}]}


def test_the_job_logs_are_encrypted_with_the_key_of_the_jobs(development: Assembly) -> None:
    # GIVEN that CloudWatch Logs refuses a log group whose key it may not use
    groups = [development.properties("TrainingStack", "AWS::Logs::LogGroup", f"Jobs{name}") for name in LOGS]
    key = development.properties("TrainingStack", "AWS::KMS::Key", "JobsSecurityKey")
    for group, name in zip(groups, LOGS, strict=True):
        assert group["KmsKeyId"]["Fn::GetAtt"][0].startswith("JobsSecurityKey")
        # AND that Glue creates another log group, without retention, if the name differs
        parts = group["LogGroupName"]["Fn::Join"][1]
        assert parts[0] == "/aws-glue/touchline-development/"
        assert [part["Ref"].rstrip("0123456789ABCDEF") for part in parts[1::2]] == [
            "JobsSecurityConfiguration",
            "JobsRole",
        ]
        assert (parts[2], parts[4]) == ("-role/", f"/{name.removesuffix('Log').lower()}")
    principals = json.dumps([statement["Principal"] for statement in key["KeyPolicy"]["Statement"]])
    assert '"logs.", {"Ref": "AWS::Region"}, ".amazonaws.com"' in principals


def test_a_security_configuration_is_never_retained(production: Assembly) -> None:
    (configuration,) = production.of_type("TrainingStack", "AWS::Glue::SecurityConfiguration").values()
    assert configuration["DeletionPolicy"] == "Delete"


def test_jobs_run_on_glue_with_python_3_11(development: Assembly) -> None:
    jobs = development.of_type("TrainingStack", "AWS::Glue::Job").values()
    assert len(jobs) == 4
    for job in jobs:
        arguments = job["Properties"]["DefaultArguments"]
        assert job["Properties"]["GlueVersion"] == "5.1"
        assert {"--input", "--catalogue", "--erased", "--output", "--extra-py-files"} <= set(arguments)
        # AND the arguments that the state machine gives have defaults, because the jobs require them
        assert {"--import_mode", "--since", "--until"} <= set(arguments)
        assert arguments["--custom-logGroup-prefix"] == "/aws-glue/touchline-development"


def test_the_planner_of_imports_lists_files_and_reads_none(development: Assembly) -> None:
    statements = development.statements("TrainingStack", "plan_import")
    of_buckets = [one for one in statements if "s3:" in json.dumps(one["Action"])]
    listed = [
        action
        for one in of_buckets
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    ]
    assert set(listed) == {"s3:ListBucket", "s3:ListBucketMultipartUploads"}
    assert "/*" not in json.dumps([one["Resource"] for one in of_buckets])


def test_the_lift_query_reads_the_tables_that_firehose_writes(development: Assembly) -> None:
    query = development.properties("TrainingStack", "AWS::Athena::NamedQuery")
    assert query["QueryString"] == (ROOT / "glue_jobs" / "lift.sql").read_text()
    tables = development.of_type("DataStack", "AWS::Glue::Table").values()
    assert {table["Properties"]["TableInput"]["Name"] for table in tables} == {"interactions", "decisions"}
