"""The life cycle of a solution: how each training ends, and the reason that it reports."""

import random
import time

from botocore.exceptions import ClientError

from tests.integration.training.rig import TrainingRig
from tests.support.personalize_data import interactions, users


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
    assert rig.jobs.arguments["interactions"] == {"--since": "always", "--until": first}
    # WHEN an increment fails after its jobs have run
    rig.write_dataset("interactions", [{**row, "TIMESTAMP": "noon"} for row in interactions()])
    assert rig.train(importMode="INCREMENTAL")["status"] == "FAILED"
    assert rig.jobs.arguments["interactions"]["--since"] == first
    # THEN the next one reads from the same time, and the stored time advances when it succeeds
    assert rig.imported_until() == first
    rig.write_dataset("interactions", interactions(1200, seed=2))
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert rig.jobs.arguments["interactions"] == {"--since": first, "--until": rig.imported_until()}
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


def test_a_training_can_be_repeated_without_an_import(rig: TrainingRig) -> None:
    # GIVEN successful imports, and a training that was stopped
    execution = rig.start(poll_seconds=1)
    stop(rig)
    assert rig.wait_until_ended(execution)["status"] == "FAILED"
    rig.next_status()
    rig.jobs.arguments.clear()
    # WHEN the training is repeated without an import
    assert rig.train(importMode="NONE")["status"] == "SUCCEEDED"
    # THEN it trains on the imported data
    assert rig.next_status()["status"] == "PUBLISHED"
    assert (rig.jobs.arguments, rig.import_modes("interactions")) == ({}, ["FULL"])


def test_the_first_increment_reads_everything_and_imports_in_full(rig: TrainingRig) -> None:
    execution = rig.train(importMode="INCREMENTAL")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert rig.jobs.arguments["users"]["--since"] == "always"
    assert rig.import_modes("interactions") == ["FULL"]
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert rig.import_modes("interactions") == ["FULL", "INCREMENTAL"]


def test_a_stopped_training_reports_that_it_was_stopped(rig: TrainingRig) -> None:
    execution = rig.start(poll_seconds=1)
    stop(rig)
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


def stop(rig: TrainingRig) -> None:
    """Stop the training as soon as there is one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for version in rig.versions():
            try:
                rig.personalize.stop_solution_version_creation(solutionVersionArn=version)
            except ClientError:
                continue
            return
        time.sleep(0.005)


def noise(count: int) -> list[dict[str, object]]:
    """Return clicks on random items."""
    rng = random.Random(3)
    rows = []
    for row in interactions(count):
        shown = row["IMPRESSION"].split("|")
        rows.append({**row, "ITEM_ID": rng.choice(shown), "EVENT_TYPE": "click"})
    return rows
