"""A data deletion job deletes users from the datasets and the models of a dataset group."""

import pytest
from botocore.exceptions import ClientError

from tests.support.personalize_data import ROLE
from tests.support.personalize_twin import PersonalizeTwin

FIRST, OTHER = "user-0", "user-1"


def start(twin: PersonalizeTwin, group: str, name: str, content: str) -> str:
    location = twin.objects.put(f"s3://privacy/{name}/users.csv", content)
    arn: str = twin.clients.control.create_data_deletion_job(
        jobName=name, datasetGroupArn=group, dataSource={"dataLocation": location}, roleArn=ROLE
    )["dataDeletionJobArn"]
    return arn


def finished(twin: PersonalizeTwin, arn: str) -> dict[str, object]:
    control = twin.clients.control
    return twin.clients.until_settled(
        lambda: control.describe_data_deletion_job(dataDeletionJobArn=arn)["dataDeletionJob"]
    )


def put_click(twin: PersonalizeTwin, tracking_id: str, user_id: str) -> None:
    twin.clients.events.put_events(
        trackingId=tracking_id,
        userId=user_id,
        sessionId="s",
        eventList=[{"eventType": "click", "itemId": "poll", "sentAt": 1_700_000_000}],
    )


def test_a_deleted_user_is_like_a_new_one_and_training_still_works(twin: PersonalizeTwin) -> None:
    # GIVEN a campaign that knows two users, from the import and from an event
    control = twin.clients.control
    group = twin.loaded_group("g")
    solution = twin.solution(group, "s")
    campaign = twin.campaign(
        "c",
        twin.version(solution)["solutionVersionArn"],
        itemExplorationConfig={"explorationWeight": "0", "explorationItemAgeCutOff": "30"},
    )
    tracker = control.create_event_tracker(name="t", datasetGroupArn=group)
    twin.clients.until_settled(
        lambda: control.describe_event_tracker(eventTrackerArn=tracker["eventTrackerArn"])["eventTracker"]
    )
    tracking_id = tracker["trackingId"]

    def scores(user_id: str) -> list[tuple[str, float]]:
        answer = twin.clients.runtime.get_recommendations(campaignArn=campaign, userId=user_id)
        return [(item["itemId"], item["score"]) for item in answer["itemList"]]

    for user_id in (FIRST, OTHER):
        put_click(twin, tracking_id, user_id)
    others_scores = scores(OTHER)
    assert scores(FIRST) != scores("never-seen")
    # WHEN a job deletes one of them
    arn = start(twin, group, "erase-first", f"USER_ID\n{FIRST}\n")
    job = finished(twin, arn)
    # THEN it reports the records, the campaign serves that user as a new one, and the other as before
    assert job["status"] == "COMPLETED", job
    assert isinstance(job["numDeleted"], int)
    assert job["numDeleted"] > 1
    assert scores(FIRST) == scores("never-seen")
    assert scores(OTHER) == others_scores
    assert {event.user_id for event in twin.service.events(group)} == {OTHER}
    # AND the next training works, and another job for the same user finds nothing
    assert twin.version(solution)["status"] == "ACTIVE"
    again = finished(twin, start(twin, group, "erase-again", f"USER_ID\n{FIRST}\n"))
    assert again["numDeleted"] == 0
    listed = control.list_data_deletion_jobs(datasetGroupArn=group)["dataDeletionJobs"]
    assert {job["jobName"] for job in listed} == {"erase-first", "erase-again"}


def test_a_file_without_the_column_fails_the_job(twin: PersonalizeTwin) -> None:
    group = twin.group("g")
    job = finished(twin, start(twin, group, "wrong", f"ID\n{FIRST}\n"))
    assert job["status"] == "FAILED"
    assert "USER_ID" in str(job["failureReason"])


def test_at_most_five_jobs_are_pending(twin: PersonalizeTwin) -> None:
    group = twin.group("g")
    twin.background.hold()
    for at in range(5):
        start(twin, group, f"job-{at}", f"USER_ID\n{FIRST}\n")
    with pytest.raises(ClientError, match="LimitExceeded"):
        start(twin, group, "job-5", f"USER_ID\n{FIRST}\n")
    twin.background.finish()
