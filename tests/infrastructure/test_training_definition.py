"""Promises of the training state machine, told on its definition."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paths import ROOT
from stacks.config import stage_config
from stacks.names import imported_parameter, serving_parameter
from stacks.training.definition import Training, training_definition
from stacks.training.imports import Import
from tests.infrastructure.conftest import Assembly, synthesize


def imported(dataset: str) -> Import:
    return Import(
        dataset=dataset,
        job_name=f"{dataset}-job",
        dataset_arn=f"arn:aws:personalize:eu-west-1:1:dataset/{dataset}",
        location=f"s3://curated/datasets/{dataset}/",
        name_prefix=f"development-{dataset}-",
    )


TRAINING = Training(
    interactions=imported("interactions"),
    entities=(imported("users"), imported("items")),
    popularity_job_name="popularity-job",
    reader_role_arn="arn:aws:iam::1:role/reader",
    solution_arn="arn:aws:personalize:eu-west-1:1:solution/touchline-development",
    campaign_arn="arn:aws:personalize:eu-west-1:1:campaign/touchline-development",
    imported_parameter="/touchline/development/imported-until",
    serving_parameter="/touchline/development/serving-solution-version",
    stage="development",
)
LOGS = ("ErrorLog", "OutputLog")
FOLLOWING = replace(TRAINING, serving_parameter=None)


def machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine itself and each branch of it."""
    yield definition
    for state in definition["States"].values():
        for branch in state.get("Branches", []):
            yield from machines(branch)


def targets(state: dict[str, Any]) -> Iterator[str]:
    """Every state that may follow."""
    for holder in (state, *state.get("Choices", []), *state.get("Catch", [])):
        if "Next" in holder:
            yield holder["Next"]
    if "Default" in state:
        yield state["Default"]


@pytest.mark.parametrize("training", [TRAINING, FOLLOWING], ids=["compared", "following"])
def test_every_state_is_reached_and_leads_somewhere(training: Training) -> None:
    for machine in machines(training_definition(training)):
        reached, pending = set(), [machine["StartAt"]]
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending.extend(targets(machine["States"][name]))
        assert reached == set(machine["States"])


def test_every_wait_is_bounded() -> None:
    for machine in machines(training_definition(TRAINING)):
        for name, state in machine["States"].items():
            if state["Type"] == "Wait" and name != "AwaitConcurrentStarts":  # once, so it ends by itself
                choice = machine["States"][f"Is{name.removeprefix('Await')}Active"]
                bounds = [rule for rule in choice["Choices"] if "NumericGreaterThanEquals" in rule]
                assert len(bounds) == 1
                assert bounds[0]["Next"].endswith("Overdue")


def test_the_longest_execution_stays_within_its_history() -> None:
    # GIVEN what each state leaves in an execution's history, which ends at 25,000 events
    left = {"Task": 5, "Wait": 2, "Choice": 2, "Pass": 2}
    events = 0
    for machine in machines(training_definition(TRAINING)):
        states = machine["States"]
        for name, state in states.items():
            bounds = [rule for rule in state.get("Choices", []) if "NumericGreaterThanEquals" in rule]
            loop = (f"Await{name[2:-6]}", f"Describe{name[2:-6]}", name, f"Increment{name[2:-6]}Count")
            # WHEN each wait lasts as long as it may
            for bound in bounds:
                events += bound["NumericGreaterThanEquals"] * sum(left[states[one]["Type"]] for one in loop)
    # THEN there is room left for retries
    assert 0 < events < 20_000


def test_whatever_fails_is_told_with_its_reason() -> None:
    states = training_definition(TRAINING)["States"]
    caught = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "ReportFailure"}
    for name, state in states.items():
        if state["Type"] in ("Task", "Parallel") and name != "ReportFailure":
            assert state["Catch"][-1] == caught
    (told,) = states["ReportFailure"]["Parameters"]["Entries"]
    assert told["Detail"]["reason.$"] == "$.failure.Cause"
    assert states["Failed"]["CausePath"] == "$.failure.Cause"
    # AND a status that cannot be told does not hide the failure
    assert states["ReportFailure"]["Catch"][0]["Next"] == "Failed"
    assert states["TrainingFailed"]["Next"] == "ReportFailure"


@pytest.mark.parametrize("training", [TRAINING, FOLLOWING], ids=["compared", "following"])
def test_the_next_increment_begins_where_this_one_ended_once_all_imports_succeeded(
    training: Training,
) -> None:
    states = training_definition(training)["States"]
    # GIVEN jobs that read up to the execution's start
    for branch in states["PrepareDatasets"]["Branches"]:
        given = branch["States"][branch["StartAt"]]["Parameters"]["Arguments"]
        assert given["--until.$"] == "$$.Execution.StartTime"
        # AND the popularity table of the whole history, whatever the import
        assert ("--since" in given) == (branch["StartAt"] == "WritePopularity")
    # THEN interactions, which are added to what is there, are imported when all else is done
    assert states["PrepareDatasets"]["Next"] == "ImportInteractions"
    appended = [
        state["Parameters"]["DatasetArn"]
        for branch in states["PrepareDatasets"]["Branches"]
        for name, state in branch["States"].items()
        if name.startswith("Import")
    ]
    assert appended == [one.dataset_arn for one in TRAINING.entities]
    # AND the instant is remembered at once, before the training, which may fail
    assert states["InteractionsActive"]["Next"] == "SaveImportedUntil"
    remembered = states["SaveImportedUntil"]
    assert remembered["Parameters"]["Value.$"] == "$$.Execution.StartTime"
    assert remembered["Parameters"]["Name"] == states["ReadImportedUntil"]["Parameters"]["Name"]
    assert remembered["Next"] == "DescribeSolution"


def test_a_job_that_fails_gives_its_own_reason() -> None:
    branches = training_definition(TRAINING)["States"]["PrepareDatasets"]["Branches"]
    assert len(branches) == 4
    for branch in branches:
        (after,) = branch["States"][branch["StartAt"]]["Catch"]
        failed = branch["States"][after["Next"]]
        assert (failed["Error"], failed["CausePath"]) == ("JobFailed", "$.failure.Cause")


def test_a_training_under_way_is_joined_so_that_nothing_is_trained_twice() -> None:
    states = training_definition(TRAINING)["States"]
    (rule,) = states["IsTrainingInProgress"]["Choices"]
    assert rule["Next"] == "JoinTraining"
    assert [each["StringEquals"] for each in rule["And"][1]["Or"]] == ["CREATE PENDING", "CREATE IN_PROGRESS"]
    assert states["JoinTraining"]["Next"] == states["StartTraining"]["Next"] == "CountTraining"


def test_a_campaign_that_follows_by_itself_is_not_updated() -> None:
    definition = json.dumps(training_definition(FOLLOWING))
    assert "updateCampaign" not in definition
    assert "the campaign follows the newest version by itself" in definition


def test_the_machine_publishes_to_its_own_campaign_and_parameter(development: Assembly) -> None:
    statements = [
        statement
        for policy in development.of_type("TrainingStack", "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    (update,) = (one for one in statements if "personalize:UpdateCampaign" in one["Action"])
    (remember,) = (one for one in statements if "ssm:PutParameter" in one["Action"])
    assert json.dumps(update["Resource"]).endswith(':campaign/touchline-development"]]}')
    config = stage_config("development")
    for resource, parameter in zip(
        remember["Resource"], (imported_parameter(config), serving_parameter(config)), strict=True
    ):
        assert json.dumps(resource).endswith(f':parameter{parameter}"]]}}')


def test_a_training_without_an_import_takes_what_is_there() -> None:
    rules = training_definition(TRAINING)["States"]["IsIncremental"]["Choices"]
    assert {rule["StringEquals"]: rule["Next"] for rule in rules}["NONE"] == "DescribeSolution"


def test_every_end_of_a_training_reaches_its_stage_s_notices_once(development: Assembly) -> None:
    patterns = [
        rule["Properties"]["EventPattern"]
        for rule in development.of_type("TrainingStack", "AWS::Events::Rule").values()
        if "SNS" in json.dumps(rule) or "NoticesTopic" in json.dumps(rule["Properties"]["Targets"])
    ]
    sources = {pattern["source"][0]: pattern for pattern in patterns}
    assert set(sources) == {"touchline.training", "aws.states"}
    # GIVEN stages that share an account's bus
    good = sources["touchline.training"]["detail"]
    assert good == {"stage": ["development"], "status": ["PUBLISHED", "KEPT", "SKIPPED"]}
    # THEN failures come from Step Functions, which tells of those too that no state can catch
    assert sources["aws.states"]["detail"]["status"] == ["FAILED", "ABORTED", "TIMED_OUT"]


def test_who_hears_of_alarms_hears_of_trainings(tmp_path: Path, placeholders: Path) -> None:
    assembly = synthesize("development", tmp_path, placeholders, alarm_email="night@example.com")
    for stack in ("OperationsStack", "TrainingStack"):
        subscription = assembly.properties(stack, "AWS::SNS::Subscription", "Notices")
        assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "night@example.com")


@pytest.mark.parametrize("stage", ["development", "production"])
def test_the_name_of_an_import_job_fits(stage: str) -> None:
    # A name may have 63 characters; 36 of them are the UUID.
    assert len(f"{stage}-interactions-") + 36 <= 63


def test_the_machine_passes_only_its_own_role_and_only_to_personalize(development: Assembly) -> None:
    statements = [
        statement
        for policy in development.of_type("TrainingStack", "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "iam:PassRole"
    ]
    (statement,) = statements
    assert "DatasetReader" in json.dumps(statement["Resource"])
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}}


def test_training_starts_by_schedule_and_when_an_upload_is_complete(development: Assembly) -> None:
    rules = [
        rule["Properties"] for rule in development.of_type("TrainingStack", "AWS::Events::Rule").values()
    ]
    (scheduled,) = (rule for rule in rules if "ScheduleExpression" in rule)
    (uploaded,) = (rule for rule in rules if rule.get("EventPattern", {}).get("source") == ["aws.s3"])
    assert scheduled["ScheduleExpression"] == "cron(0 4 ? * MON *)"
    assert uploaded["EventPattern"]["detail"]["object"] == {"key": [{"suffix": "_SUCCESS"}]}


def test_the_jobs_log_can_be_encrypted_with_their_key(development: Assembly) -> None:
    # GIVEN that a log group is refused when its key does not let the log service use it
    groups = [development.properties("TrainingStack", "AWS::Logs::LogGroup", f"Jobs{name}") for name in LOGS]
    key = development.properties("TrainingStack", "AWS::KMS::Key", "JobsSecurityKey")
    for group, name in zip(groups, LOGS, strict=True):
        assert group["KmsKeyId"]["Fn::GetAtt"][0].startswith("JobsSecurityKey")
        # AND named as Glue names it, for Glue makes another one otherwise, which is kept for ever
        parts = group["LogGroupName"]["Fn::Join"][1]
        assert parts[0] == "/aws-glue/touchline-development/"
        assert [part["Ref"].rstrip("0123456789ABCDEF") for part in parts[1::2]] == [
            "JobsSecurityConfiguration",
            "JobsRole",
        ]
        assert (parts[2], parts[4]) == ("-role/", f"/{name.removesuffix('Log').lower()}")
    principals = json.dumps([statement["Principal"] for statement in key["KeyPolicy"]["Statement"]])
    assert '"logs.", {"Ref": "AWS::Region"}, ".amazonaws.com"' in principals


def test_nothing_with_a_name_of_the_stage_s_own_is_left_behind(production: Assembly) -> None:
    (configuration,) = production.of_type("TrainingStack", "AWS::Glue::SecurityConfiguration").values()
    assert configuration["DeletionPolicy"] == "Delete"


def test_jobs_run_on_the_newest_glue_that_has_our_python(development: Assembly) -> None:
    jobs = development.of_type("TrainingStack", "AWS::Glue::Job").values()
    assert len(jobs) == 4
    for job in jobs:
        arguments = job["Properties"]["DefaultArguments"]
        assert job["Properties"]["GlueVersion"] == "5.1"
        assert {"--input", "--catalogue", "--output", "--extra-py-files"} <= set(arguments)
        assert arguments["--custom-logGroup-prefix"] == "/aws-glue/touchline-development"


def test_the_lift_is_a_query_over_the_tables_that_firehose_fills(development: Assembly) -> None:
    query = development.properties("TrainingStack", "AWS::Athena::NamedQuery")
    assert query["QueryString"] == (ROOT / "glue_jobs" / "lift.sql").read_text()
    tables = development.of_type("DataStack", "AWS::Glue::Table").values()
    assert {table["Properties"]["TableInput"]["Name"] for table in tables} == {"interactions", "decisions"}
