"""The life cycle of a solution: how each training ends, and the reason that it reports."""

import random

from local.twin.services.personalize.errors import LimitExceededError, ResourceInUseError
from local.twin.services.personalize.store import Kind
from stacks.training.definition import MAX_REFUSALS
from tests.integration.training.rig import TAGS, TrainingRig
from tests.support.personalize_data import interactions, items, users
from tests.support.waiting import eventually


def test_a_first_training_publishes_before_there_is_a_campaign(rig: TrainingRig) -> None:
    # WHEN a training runs where nothing serves yet
    execution = rig.train()
    # THEN a campaign will be deployed with its version, and the reason is reported
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    status = rig.next_status()
    assert status["status"] == "PUBLISHED"
    assert "first" in status["reason"]
    assert status["solutionVersionArn"] == rig.serving_version() == rig.versions()[-1]
    assert 0 < status["metrics"]["normalized_discounted_cumulative_gain_at_10"] <= 1
    # AND the bill finds what it created by the stage's tags
    jobs = [job for dataset in rig.datasets for job in rig.import_jobs(dataset)]
    assert len(jobs) == 3
    assert all(rig.tags(arn) == TAGS for arn in [*jobs, *rig.versions()])


def test_a_retraining_that_is_as_good_is_published(rig: TrainingRig) -> None:
    # GIVEN a campaign that serves the first version
    rig.train()
    rig.next_status()
    rig.deploy_campaign()
    # WHEN another training gives an equally good version
    execution = rig.train()
    # THEN the campaign serves it when the execution ends
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    status = rig.next_status()
    assert status["status"] == "PUBLISHED"
    assert "that of the version in service is" in status["reason"]
    campaign = rig.personalize.describe_campaign(campaignArn=rig.campaign)["campaign"]
    assert campaign["solutionVersionArn"] == rig.versions()[-1] == rig.serving_version()


def test_a_worse_version_is_not_published(rig: TrainingRig) -> None:
    # GIVEN a campaign that serves a version trained on real preferences
    rig.train()
    rig.next_status()
    rig.deploy_campaign()
    first = rig.serving_version()
    # WHEN the next clickstream is random
    rig.write_dataset("interactions", noise(4000))
    execution = rig.train()
    # THEN the old version keeps serving, and the metrics of both are reported
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    status = rig.next_status()
    assert status["status"] == "KEPT"
    assert "it was published at 2" in status["reason"]
    assert "normalized_discounted_cumulative_gain_at_10 is 0." in status["reason"]
    assert len(rig.versions()) == 2
    campaign = rig.personalize.describe_campaign(campaignArn=rig.campaign)["campaign"]
    assert campaign["solutionVersionArn"] == rig.serving_version() == first


def test_a_failed_import_fails_the_training_with_the_service_s_reason(rig: TrainingRig) -> None:
    broken = [{**row, "TIMESTAMP": "noon"} for row in interactions()]
    rig.write_dataset("interactions", broken)
    execution = rig.train()
    assert execution["status"] == "FAILED"
    assert "do not conform to the dataset schema" in execution["cause"]
    status = rig.next_status()
    assert (status["status"], status["reason"]) == ("FAILED", execution["cause"])
    assert not rig.versions()


def test_a_failed_job_fails_the_training_with_its_message(rig: TrainingRig) -> None:
    rig.jobs.failure = "interactions: expected at least 1000 rows, got 3"
    execution = rig.train()
    assert execution["status"] == "FAILED"
    assert "expected at least 1000 rows, got 3" in execution["cause"]
    assert "expected at least 1000 rows, got 3" in rig.next_status()["reason"]


def test_too_little_data_fails_with_the_minimum(rig: TrainingRig) -> None:
    # GIVEN enough rows to import, of too few users to train
    rig.write_dataset("interactions", interactions(4000, users=20))
    execution = rig.train()
    assert execution["status"] == "FAILED"
    assert "20 users with at least 2 interactions" in execution["cause"]
    assert rig.next_status()["status"] == "FAILED"


def test_an_incremental_import_adds_to_the_dataset(rig: TrainingRig) -> None:
    # GIVEN an import with too few clicks to train
    rig.write_dataset("interactions", interactions(1200))
    assert rig.train()["status"] == "FAILED"
    # WHEN as many more are added
    rig.write_dataset("interactions", interactions(1200, seed=2))
    # THEN there are enough
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"


def test_increments_have_no_gap_and_no_overlap(rig: TrainingRig) -> None:
    # GIVEN a full import, which read everything up to its start
    rig.train()
    first = rig.imported_until()
    read = rig.jobs.arguments["interactions"]
    assert (read["--import_mode"], read["--until"]) == ("FULL", first)
    # WHEN an increment fails after its jobs have run
    rig.write_dataset("interactions", [{**row, "TIMESTAMP": "noon"} for row in interactions()])
    assert rig.train(importMode="INCREMENTAL")["status"] == "FAILED"
    assert rig.jobs.arguments["interactions"]["--since"] == first
    # THEN the next one reads from the same time, and the stored time advances when it succeeds
    assert rig.imported_until() == first
    rig.write_dataset("interactions", interactions(1200, seed=2))
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    read = rig.jobs.arguments["interactions"]
    assert read == {"--import_mode": "INCREMENTAL", "--since": first, "--until": rig.imported_until()}
    assert rig.imported_until() > first
    # AND the popularity table is always computed over the whole history
    assert rig.jobs.arguments["popularity"]["--since"] == "always"


def test_an_increment_that_fails_at_the_users_does_not_import_interactions_twice(rig: TrainingRig) -> None:
    # GIVEN an increment whose users cannot be imported
    rig.train()
    rig.write_dataset("interactions", interactions(1200, seed=2))
    rig.write_dataset("users", [{**row, "FAVOURITE_TEAM": "x" * 1001} for row in users()])
    execution = rig.train(importMode="INCREMENTAL")
    assert "do not conform to the dataset schema" in execution["cause"]
    # THEN its interactions are not imported
    assert rig.import_modes("interactions") == ["FULL"]
    # AND the next increment imports them once
    rig.write_dataset("users", users())
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert rig.import_modes("interactions") == ["FULL", "INCREMENTAL"]


def test_a_failed_parallel_import_leaves_none_that_the_next_run_meets(rig: TrainingRig) -> None:
    # GIVEN users that cannot be imported, while the import of many items takes longer
    rig.write_dataset("users", [{**row, "FAVOURITE_TEAM": "x" * 1001} for row in users()])
    (item, *_) = items()
    rig.write_dataset("items", [{**item, "ITEM_ID": f"item-{at}"} for at in range(10_000)])
    # WHEN the training fails
    execution = rig.train()
    assert "do not conform to the dataset schema" in execution["cause"]
    # THEN every import has ended before the execution
    assert rig.import_statuses("items") == ["ACTIVE"]
    assert rig.import_statuses("users") == ["CREATE FAILED"]
    assert "do not conform to the dataset schema" in rig.next_status()["reason"]
    # AND the next run succeeds
    rig.write_dataset("users", users())
    assert rig.train()["status"] == "SUCCEEDED"


def test_a_training_can_be_repeated_without_an_import(rig: TrainingRig) -> None:
    # GIVEN successful imports, and a training that was stopped
    execution = start_and_stop(rig)
    assert rig.wait_until_ended(execution)["status"] == "FAILED"
    rig.next_status()
    rig.jobs.arguments.clear()
    # WHEN the training is repeated without an import
    assert rig.train(importMode="NONE")["status"] == "SUCCEEDED"
    # THEN it trains on the imported data, and computes the popularity table
    assert rig.next_status()["status"] == "PUBLISHED"
    assert (set(rig.jobs.arguments), rig.import_modes("interactions")) == ({"popularity"}, ["FULL"])


def test_the_first_increment_reads_everything_and_imports_in_full(rig: TrainingRig) -> None:
    execution = rig.train(importMode="INCREMENTAL")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert rig.jobs.arguments["users"]["--import_mode"] == "FULL"
    assert rig.import_modes("interactions") == ["FULL"]
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert rig.import_modes("interactions") == ["FULL", "INCREMENTAL"]


def test_a_training_that_was_created_without_an_answer_is_joined(rig: TrainingRig) -> None:
    # GIVEN a call that creates the version, and whose answer is lost: it is repeated five seconds later
    faults = rig.twin.personalize.faults
    faults.hold(Kind.SOLUTION_VERSION)
    faults.refuse("CreateSolutionVersion", LimitExceededError("lost"))
    execution = rig.start(poll_seconds=1)
    eventually(lambda: "StartTraining" in rig.entered_states(execution), "the first call")
    rig.personalize.create_solution_version(solutionArn=rig.solution, trainingMode="FULL")
    eventually(lambda: "JoinTraining" in rig.entered_states(execution), "the second call")
    # WHEN that version is trained THEN the execution publishes it, and has trained no other
    faults.clear()
    ended = rig.wait_until_ended(execution)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert rig.versions() == [rig.serving_version()]


def test_a_training_that_is_refused_for_ever_fails_with_the_reason(rig: TrainingRig) -> None:
    # GIVEN a solution that takes no training, although none is to be seen
    refused = ResourceInUseError("The solution is being updated.")
    rig.twin.personalize.faults.refuse("CreateSolutionVersion", refused, times=MAX_REFUSALS + 1)
    ended = rig.train()
    assert (ended["status"], ended["cause"]) == ("FAILED", rig.next_status()["reason"])
    assert "The solution is being updated." in ended["cause"]
    # AND the next execution trains
    assert rig.train()["status"] == "SUCCEEDED"


def test_a_stopped_training_reports_that_it_was_stopped(rig: TrainingRig) -> None:
    execution = start_and_stop(rig)
    ended = rig.wait_until_ended(execution)
    assert (ended["status"], ended["cause"]) == ("FAILED", "Training was stopped")
    status = rig.next_status()
    assert (status["error"], status["reason"]) == ("PersonalizeStopped", ended["cause"])


def test_a_stopped_execution_does_not_block_the_next_one(rig: TrainingRig) -> None:
    # WHEN an execution is stopped
    execution = rig.start(poll_seconds=1)
    rig.machines.stop_execution(executionArn=execution, error="Operator", cause="maintenance")
    # THEN EventBridge has an event with the reason, though the execution cannot send one itself
    assert rig.wait_until_ended(execution)["status"] == "ABORTED"
    status = rig.next_status()
    assert (status["status"], status["executionArn"]) == ("ABORTED", execution)
    assert (status["error"], status["cause"]) == ("Operator", "maintenance")
    # AND the next execution trains
    assert rig.train()["status"] == "SUCCEEDED"


def test_of_two_concurrent_executions_one_trains(rig: TrainingRig) -> None:
    # WHEN two executions start together
    first, second = rig.start(poll_seconds=1), rig.start(poll_seconds=1)
    # THEN the first one trains, and the second one ends as skipped
    assert [rig.wait_until_ended(one)["status"] for one in (second, first)] == ["SUCCEEDED", "SUCCEEDED"]
    statuses = {status["status"]: status for status in (rig.next_status(), rig.next_status())}
    assert statuses["PUBLISHED"]["execution"] == first
    assert statuses["SKIPPED"]["execution"] == second
    assert statuses["SKIPPED"]["reason"] == f"another training is running: {first}"
    assert len(rig.versions()) == 1


def test_an_execution_that_is_stopped_in_the_middle_of_a_call_is_aborted(rig: TrainingRig) -> None:
    # GIVEN a job whose start takes until the execution has been stopped
    def stop(_arguments: dict[str, str]) -> None:
        (execution,) = rig.machines.list_executions(stateMachineArn=rig.machine)["executions"]
        rig.machines.stop_execution(executionArn=execution["executionArn"], error="enough")

    rig.jobs.write_interactions = stop
    # WHEN it runs THEN it ends as one that was stopped, whatever it was doing
    ended = rig.train()
    assert (ended["status"], ended["error"]) == ("ABORTED", "enough")


def start_and_stop(rig: TrainingRig) -> str:
    """Start an execution, stop its training while that goes on, and return the execution's ARN."""
    faults = rig.twin.personalize.faults
    faults.hold(Kind.SOLUTION_VERSION)
    execution = rig.start(poll_seconds=1)
    (version,) = eventually(rig.versions, "the training")
    rig.personalize.stop_solution_version_creation(solutionVersionArn=version)
    faults.clear()
    return execution


def noise(count: int) -> list[dict[str, object]]:
    """Return clicks on random items."""
    rng = random.Random(3)
    rows = []
    for row in interactions(count):
        shown = row["IMPRESSION"].split("|")
        rows.append({**row, "ITEM_ID": rng.choice(shown), "EVENT_TYPE": "click"})
    return rows
