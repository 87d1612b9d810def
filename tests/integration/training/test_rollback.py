"""A rollback serves the version before, and no training undoes it until it is released."""

import pytest

from local.account.rollback.cli import list_versions, release, roll_back
from local.account.rollback.errors import RollbackError
from local.twin.services.personalize.errors import ResourceInUseError
from tests.integration.training.rig import TrainingRig
from tests.support.waiting import eventually


def served(rig: TrainingRig) -> str:
    campaign = rig.personalize.describe_campaign(campaignArn=rig.campaign)["campaign"]
    arn: str = campaign["solutionVersionArn"]
    return arn


def test_a_rollback_ends_at_the_version_before_and_stays_there(
    rig: TrainingRig, capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN a campaign that serves the second version
    rig.train()
    rig.deploy_campaign()
    rig.train()
    first, second = rig.versions()
    assert served(rig) == second
    # WHEN a rollback is not confirmed, THEN it says what would change, and changes nothing
    roll_back(rig.twin.client, rig.name, to=None, confirmed=False, poll_seconds=0.05)
    said = capsys.readouterr().out
    assert f"in service:  {second}" in said
    assert f"would serve: {first}" in said
    assert "nothing is changed" in said
    assert served(rig) == rig.serving_version() == second
    # WHEN it is confirmed, while the kick-off automation updates the campaign
    rig.twin.personalize.faults.refuse("UpdateCampaign", ResourceInUseError("it is being updated"), times=2)
    roll_back(rig.twin.client, rig.name, to=None, confirmed=True, poll_seconds=0.05)
    # THEN the campaign and the next deployment of its stack serve the first version
    assert served(rig) == rig.serving_version() == first
    # AND the next training keeps its version and says why
    rig.next_status()
    rig.next_status()
    assert rig.train()["status"] == "SUCCEEDED"
    status = rig.next_status()
    assert status["status"] == "KEPT"
    assert f"rolled back from {second}" in status["reason"]
    assert served(rig) == first
    # AND the list says which version is in service, and that publication is held
    capsys.readouterr()
    list_versions(rig.twin.client, rig.name)
    lines = capsys.readouterr().out.splitlines()
    assert [line.endswith(", in service") for line in lines] == [True, False, False, False]
    assert lines[-1].startswith("publication: held: rolled back from")
    # AND after the release the next training publishes
    release(rig.twin.client, rig.name)
    rig.train()
    assert rig.next_status()["status"] == "PUBLISHED"
    assert served(rig) == rig.versions()[-1]


def test_a_training_that_waits_for_the_campaign_does_not_undo_a_rollback(rig: TrainingRig) -> None:
    # GIVEN a training that wants to publish while the campaign is being updated
    rig.train()
    rig.next_status()
    rig.deploy_campaign()
    first = served(rig)
    faults = rig.twin.personalize.faults
    faults.refuse("UpdateCampaign", ResourceInUseError("it is being updated"), times=1_000)
    execution = rig.start(poll_seconds=1)
    eventually(lambda: "AwaitCampaign" in rig.entered_states(execution), "the training")
    # WHEN a rollback holds publication, and the campaign is free again
    held = f"/touchline/{rig.name}/publication-held"
    rig.twin.client("ssm").put_parameter(Name=held, Value="rolled back", Type="String")
    faults.clear()
    # THEN the training keeps its version
    assert rig.wait_until_ended(execution)["status"] == "SUCCEEDED"
    status = rig.next_status()
    assert (status["status"], "rolled back" in status["reason"]) == ("KEPT", True)
    assert served(rig) == rig.serving_version() == first


def test_a_stage_without_a_published_version_cannot_be_rolled_back(rig: TrainingRig) -> None:
    with pytest.raises(RollbackError, match="no training of the stage"):
        roll_back(rig.twin.client, rig.name, to=None, confirmed=True, poll_seconds=0.05)
    # AND with one version, there is none before it
    rig.train()
    with pytest.raises(RollbackError, match="no active version is older"):
        roll_back(rig.twin.client, rig.name, to=None, confirmed=True, poll_seconds=0.05)
