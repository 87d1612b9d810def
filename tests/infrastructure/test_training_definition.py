"""Tests of the training state machine's definition."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from stacks.training.definition import Training, training_definition
from stacks.training.imports import Import


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
FOLLOWING = replace(TRAINING, serving_parameter=None)


def machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the state machine and each of its branches."""
    yield definition
    for state in definition["States"].values():
        for branch in state.get("Branches", []):
            yield from machines(branch)


def targets(state: dict[str, Any]) -> Iterator[str]:
    """Yield every state that may follow."""
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


def test_every_failure_is_reported_with_its_reason() -> None:
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
def test_the_next_increment_begins_where_the_last_successful_import_ended(
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


def test_a_failed_job_gives_its_own_reason() -> None:
    branches = training_definition(TRAINING)["States"]["PrepareDatasets"]["Branches"]
    assert len(branches) == 4
    for branch in branches:
        (after,) = branch["States"][branch["StartAt"]]["Catch"]
        failed = branch["States"][after["Next"]]
        assert (failed["Error"], failed["CausePath"]) == ("JobFailed", "$.failure.Cause")


def test_a_training_in_progress_is_joined() -> None:
    states = training_definition(TRAINING)["States"]
    (rule,) = states["IsTrainingInProgress"]["Choices"]
    assert rule["Next"] == "JoinTraining"
    assert [each["StringEquals"] for each in rule["And"][1]["Or"]] == ["CREATE PENDING", "CREATE IN_PROGRESS"]
    assert states["JoinTraining"]["Next"] == states["StartTraining"]["Next"] == "CountTraining"


def test_a_campaign_that_follows_the_newest_version_is_not_updated() -> None:
    definition = json.dumps(training_definition(FOLLOWING))
    assert "updateCampaign" not in definition
    assert "the campaign follows the newest version by itself" in definition


def test_a_training_without_an_import_skips_the_imports() -> None:
    rules = training_definition(TRAINING)["States"]["IsIncremental"]["Choices"]
    assert {rule["StringEquals"]: rule["Next"] for rule in rules}["NONE"] == "DescribeSolution"


@pytest.mark.parametrize("stage", ["development", "production"])
def test_the_name_of_an_import_job_is_short_enough(stage: str) -> None:
    # A name may have 63 characters; 36 of them are the UUID.
    assert len(f"{stage}-interactions-") + 36 <= 63
