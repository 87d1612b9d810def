"""Tests of the training state machine's definition."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from stacks.training.definition import POLL_SECONDS, Training, training_definition
from stacks.training.import_mode import ImportMode
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
    started_parameter="/touchline/development/import-started",
    serving_parameter="/touchline/development/serving-solution-version",
    held_parameter="/touchline/development/publication-held",
    plan_function_arn="arn:aws:lambda:eu-west-1:1:function:plan-import",
    full_import_days=365,
    stage="development",
)
FOLLOWING = replace(TRAINING, serving_parameter=None)
EVENTS_PER_POLL = 11
ADOPTING = replace(TRAINING, default_import_mode=ImportMode.NONE, allows_full_imports=False)


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


@pytest.mark.parametrize(
    "training", [TRAINING, FOLLOWING, ADOPTING], ids=["compared", "following", "adopting"]
)
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
                states, word = machine["States"], name.removeprefix("Await")
                choice = states[f"Is{word}Overdue" if f"Is{word}Overdue" in states else f"Is{word}Active"]
                bounds = [rule for rule in choice["Choices"] if "NumericGreaterThanEquals" in rule]
                assert len(bounds) == 1
                assert bounds[0]["Next"].endswith("Overdue")


def test_the_longest_execution_stays_within_its_history() -> None:
    # GIVEN what each state leaves in an execution's history, which ends at 25,000 events
    left = {"Task": 5, "Wait": 2, "Choice": 2, "Pass": 2}
    events = 0
    for machine in machines(training_definition(TRAINING)):
        states = machine["States"]
        for name, state in ((name, one) for name, one in states.items() if name.endswith("Active")):
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
        if state["Type"] in ("Task", "Parallel") and name not in ("ReportFailure", "WritePopularityAlone"):
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
    # GIVEN a plan whose end is at most the execution's start
    assert states["PlanImport"]["Parameters"]["Payload"]["startedAt.$"] == "$$.Execution.StartTime"
    # THEN the jobs of users and items read to the end of the execution's last part
    for branch in states["PrepareDatasets"]["Branches"]:
        given = branch["States"][branch["StartAt"]]["Parameters"]["Arguments"]
        assert given["--until.$"] == "$.planned.Payload.end"
        # AND the popularity table is of the whole history, whatever the import
        assert ("--since" in given) == (branch["StartAt"] == "WritePopularity")
    # AND interactions, which are added to what is there, are imported part by part when all else is done
    assert states["PrepareDatasets"]["Next"] == "IsPrepared"
    assert states["IsPrepared"]["Default"] == "WriteInteractions"
    part = states["WriteInteractions"]["Parameters"]["Arguments"]
    assert part["--until.$"] == "$.planned.Payload.until"
    appended = [
        state["Parameters"]["DatasetArn"]
        for branch in states["PrepareDatasets"]["Branches"]
        for name, state in branch["States"].items()
        if name.startswith("Import")
    ]
    assert appended == [one.dataset_arn for one in TRAINING.entities]
    # AND the end of a part is remembered at once, before the next part or the training, which may fail
    assert states["InteractionsActive"]["Next"] == "SaveImportedUntil"
    remembered = states["SaveImportedUntil"]
    assert remembered["Parameters"]["Value.$"] == part["--until.$"]
    assert remembered["Parameters"]["Name"] == states["ReadImportedUntil"]["Parameters"]["Name"]
    assert remembered["Next"] == "ForgetStartedImport"
    assert states["ForgetStartedImport"]["Next"] == "IsLastPart"


def test_nothing_is_imported_before_its_size_is_measured() -> None:
    states = training_definition(TRAINING)["States"]
    before = {name for name, state in states.items() if "NameInteractions" in targets(state)}
    assert before == {"DoInteractionsFit"}
    assert states["MeasureInteractions"]["Next"] == "DoInteractionsFit"
    assert states["TakeSmallerPlan"]["Next"] == "WriteInteractions"


def test_the_parts_of_an_execution_are_bounded() -> None:
    states = training_definition(TRAINING)["States"]
    (last, bound) = states["IsLastPart"]["Choices"]
    assert (last["Next"], bound["Next"]) == ("CountOtherTraining", "CountOtherTraining")
    assert bound["NumericGreaterThanEquals"] == 10
    # AND the polls of all parts fit into the history, because an execution ends after 36 hours
    assert 36 * 3600 / POLL_SECONDS * EVENTS_PER_POLL < 20_000


def test_a_failed_branch_gives_its_reason_and_waits_for_the_others() -> None:
    # GIVEN that Step Functions stops all branches when one fails, and leaves their imports running
    states = training_definition(TRAINING)["States"]
    branches = states["PrepareDatasets"]["Branches"]
    assert len(branches) == len(states["IsPrepared"]["Choices"]) == 3
    for at, branch in enumerate(branches):
        # THEN no branch fails: it ends with its failure, which is reported when all have ended
        assert all(state["Type"] != "Fail" for state in branch["States"].values())
        (after,) = branch["States"][branch["StartAt"]]["Catch"]
        assert branch["States"][after["Next"]]["Parameters"] == {"failure.$": "$.failure"}
        choice = states["IsPrepared"]["Choices"][at]
        assert choice["Variable"] == f"$.prepared[{at}].failure"
        selected = states[choice["Next"]]
        assert selected["Parameters"] == {"branch.$": f"States.ArrayGetItem($.prepared, {at})"}
        assert states[selected["Next"]]["Next"] == "ReportFailure"


def test_the_hold_is_read_again_before_each_attempt_to_publish() -> None:
    # GIVEN that a rollback holds publication before it updates the campaign
    states = training_definition(TRAINING)["States"]
    (busy,) = [each for each in states["UpdateCampaign"]["Catch"] if "InUse" in each["ErrorEquals"][0]]
    # THEN a training that finds the campaign busy does not try again before it has looked
    assert "InUse" not in json.dumps(states["UpdateCampaign"]["Retry"])
    assert states[busy["Next"]]["Default"] == "IncrementCampaignCount"
    assert states["IncrementCampaignCount"]["Next"] == "AwaitCampaign"
    assert states["AwaitCampaign"]["Next"] == "ReadHold"


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


def test_a_training_without_an_import_computes_popularity_and_skips_the_imports() -> None:
    states = training_definition(TRAINING)["States"]
    rules = states["IsImportModeKnown"]["Choices"]
    assert {rule["StringEquals"]: rule["Next"] for rule in rules}["NONE"] == "WritePopularityAlone"
    # AND so does an increment that is too small
    assert states["HasEnoughArrived"]["Choices"][0]["Next"] == "WritePopularityAlone"
    # AND a clickstream that is still empty does not keep it from training
    (caught,) = states["WritePopularityAlone"]["Catch"]
    assert states["WritePopularityAlone"]["Next"] == caught["Next"] == "CountOtherTraining"


@pytest.mark.parametrize("stage", ["development", "production"])
def test_the_name_of_an_import_job_is_short_enough(stage: str) -> None:
    # A name may have 63 characters; 32 of them are the hash of the execution and the part.
    assert len(f"{stage}-interactions-") + 32 <= 63
