"""The life cycle of a solution: each training ends where it should, and its reason is told."""

import random
import time

from botocore.exceptions import ClientError

from tests.integration.training.conftest import Learning
from tests.support.personalize_data import interactions, users


def test_a_first_training_publishes_before_there_is_a_campaign(learning: Learning) -> None:
    # WHEN a training runs where nothing serves yet
    execution = learning.train()
    # THEN its version is what a campaign will be deployed with, and the reason is told
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    told = learning.told()
    assert told["status"] == "PUBLISHED"
    assert "first" in told["reason"]
    assert told["solutionVersionArn"] == learning.serving() == learning.versions()[-1]
    assert 0 < told["metrics"]["normalized_discounted_cumulative_gain_at_10"] <= 1


def test_a_retraining_that_is_as_good_moves_the_campaign(learning: Learning) -> None:
    # GIVEN a campaign that serves the first version
    learning.train()
    learning.told()
    learning.deploy_campaign()
    # WHEN another training brings as good a version
    execution = learning.train()
    # THEN the campaign has it when the execution ends
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    told = learning.told()
    assert told["status"] == "PUBLISHED"
    assert "that of the version in service is" in told["reason"]
    campaign = learning.personalize.describe_campaign(campaignArn=learning.campaign)["campaign"]
    assert campaign["solutionVersionArn"] == learning.versions()[-1] == learning.serving()


def test_a_worse_version_is_kept_from_the_campaign(learning: Learning) -> None:
    # GIVEN a campaign that serves a version trained on tastes
    learning.train()
    learning.told()
    learning.deploy_campaign()
    first = learning.serving()
    # WHEN the next clickstream holds noise alone
    learning.put("interactions", noise(4000))
    execution = learning.train()
    # THEN the old version goes on serving, and the metrics of both are told
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    told = learning.told()
    assert told["status"] == "KEPT"
    assert "normalized_discounted_cumulative_gain_at_10 is 0." in told["reason"]
    assert len(learning.versions()) == 2
    campaign = learning.personalize.describe_campaign(campaignArn=learning.campaign)["campaign"]
    assert campaign["solutionVersionArn"] == learning.serving() == first


def test_a_failed_import_ends_the_training_with_the_service_s_own_reason(learning: Learning) -> None:
    broken = [{**row, "TIMESTAMP": "noon"} for row in interactions()]
    learning.put("interactions", broken)
    execution = learning.train()
    assert execution["status"] == "FAILED"
    assert "do not conform to the dataset schema" in execution["cause"]
    told = learning.told()
    assert (told["status"], told["reason"]) == ("FAILED", execution["cause"])
    assert not learning.versions()


def test_a_failed_job_ends_the_training_with_its_message(learning: Learning) -> None:
    learning.jobs.failure = "interactions: expected at least 1000 rows, got 3"
    execution = learning.train()
    assert execution["status"] == "FAILED"
    assert "expected at least 1000 rows, got 3" in execution["cause"]
    assert "expected at least 1000 rows, got 3" in learning.told()["reason"]


def test_too_little_data_is_refused_with_the_minimum(learning: Learning) -> None:
    # GIVEN enough rows to import, of too few users to train
    learning.put("interactions", interactions(4000, users=20))
    execution = learning.train()
    assert execution["status"] == "FAILED"
    assert "20 users with at least 2 interactions" in execution["cause"]
    assert learning.told()["status"] == "FAILED"


def test_an_incremental_import_adds_to_what_is_there(learning: Learning) -> None:
    # GIVEN an import with too few clicks to train
    learning.put("interactions", interactions(1200))
    assert learning.train()["status"] == "FAILED"
    # WHEN as many new ones are added
    learning.put("interactions", interactions(1200, seed=2))
    # THEN there is enough
    assert learning.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"


def test_increments_follow_each_other_without_a_gap_and_without_an_overlap(learning: Learning) -> None:
    # GIVEN an import in full, which read everything up to its start
    learning.train()
    first = learning.imported_until()
    assert learning.jobs.asked["interactions"] == {"--since": "always", "--until": first}
    # WHEN an increment fails after its jobs have read
    learning.put("interactions", [{**row, "TIMESTAMP": "noon"} for row in interactions()])
    assert learning.train(importMode="INCREMENTAL")["status"] == "FAILED"
    assert learning.jobs.asked["interactions"]["--since"] == first
    # THEN the next one reads from the same instant, and only then the mark moves
    assert learning.imported_until() == first
    learning.put("interactions", interactions(1200, seed=2))
    assert learning.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert learning.jobs.asked["interactions"] == {"--since": first, "--until": learning.imported_until()}
    assert learning.imported_until() > first
    # AND the popularity table is of the whole history each time
    assert learning.jobs.asked["popularity"]["--since"] == "always"


def test_an_increment_that_fails_at_the_users_adds_no_interactions_twice(learning: Learning) -> None:
    # GIVEN an increment whose users cannot be imported
    learning.train()
    learning.put("interactions", interactions(1200, seed=2))
    learning.put("users", [{**row, "FAVOURITE_TEAM": "x" * 1001} for row in users()])
    execution = learning.train(importMode="INCREMENTAL")
    assert "do not conform to the dataset schema" in execution["cause"]
    # THEN its interactions have not been imported either
    assert learning.imported("interactions") == ["FULL"]
    # AND another increment imports them, once
    learning.put("users", users())
    assert learning.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert learning.imported("interactions") == ["FULL", "INCREMENTAL"]


def test_a_training_is_taken_up_again_without_an_import(learning: Learning) -> None:
    # GIVEN imports that succeeded, and a training that somebody stopped
    execution = learning.start(poll_seconds=1)
    stop(learning)
    assert learning.ended(execution)["status"] == "FAILED"
    learning.told()
    learning.jobs.asked.clear()
    # WHEN it is taken up again
    assert learning.train(importMode="NONE")["status"] == "SUCCEEDED"
    # THEN what is there is trained on
    assert learning.told()["status"] == "PUBLISHED"
    assert (learning.jobs.asked, learning.imported("interactions")) == ({}, ["FULL"])


def test_the_first_increment_begins_at_the_beginning_and_is_in_full(learning: Learning) -> None:
    execution = learning.train(importMode="INCREMENTAL")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert learning.jobs.asked["users"]["--since"] == "always"
    assert learning.imported("interactions") == ["FULL"]
    assert learning.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert learning.imported("interactions") == ["FULL", "INCREMENTAL"]


def test_a_training_that_somebody_stops_says_so(learning: Learning) -> None:
    execution = learning.start(poll_seconds=1)
    stop(learning)
    ended = learning.ended(execution)
    assert (ended["status"], ended["cause"]) == ("FAILED", "Training was stopped")
    told = learning.told()
    assert (told["error"], told["reason"]) == ("PersonalizeStopped", ended["cause"])


def test_a_cancelled_execution_ends_and_the_next_one_trains(learning: Learning) -> None:
    # WHEN somebody stops an execution
    execution = learning.start(poll_seconds=1)
    learning.machines.stop_execution(executionArn=execution, error="Operator", cause="not tonight")
    # THEN EventBridge hears of it with the reason, though the execution cannot tell by itself
    assert learning.ended(execution)["status"] == "ABORTED"
    told = learning.told()
    assert (told["status"], told["executionArn"]) == ("ABORTED", execution)
    assert (told["error"], told["cause"]) == ("Operator", "not tonight")
    # AND nothing is in the way of the next one
    assert learning.train()["status"] == "SUCCEEDED"


def test_of_two_executions_at_once_one_trains(learning: Learning) -> None:
    # WHEN two start together
    first, second = learning.start(poll_seconds=1), learning.start(poll_seconds=1)
    # THEN the first one trains, the second one leaves the work to it, and says so
    assert [learning.ended(one)["status"] for one in (second, first)] == ["SUCCEEDED", "SUCCEEDED"]
    told = {status["status"]: status for status in (learning.told(), learning.told())}
    assert told["PUBLISHED"]["execution"] == first
    assert told["SKIPPED"]["execution"] == second
    assert told["SKIPPED"]["reason"] == f"another training is running: {first}"
    assert len(learning.versions()) == 1


def stop(learning: Learning) -> None:
    """Stop the training as soon as there is one to stop."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for version in learning.versions():
            try:
                learning.personalize.stop_solution_version_creation(solutionVersionArn=version)
            except ClientError:
                continue
            return
        time.sleep(0.005)


def noise(count: int) -> list[dict[str, object]]:
    """Clicks that follow nobody's taste."""
    chance = random.Random(3)
    rows = []
    for row in interactions(count):
        shown = row["IMPRESSION"].split("|")
        rows.append({**row, "ITEM_ID": chance.choice(shown), "EVENT_TYPE": "click"})
    return rows
