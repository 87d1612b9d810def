"""A solution is replaced by another, with another recipe, while its campaign serves."""

from tests.integration.training.rig import TrainingRig


def test_another_recipe_takes_over_without_a_request_losing_its_recommendations(rig: TrainingRig) -> None:
    # GIVEN a campaign with exploration, which the second version of the recipe does not take
    rig.train()
    rig.next_status()
    rig.deploy_campaign(itemExplorationConfig={"explorationWeight": "0.3"})
    first = rig.serving_version()
    # WHEN a new solution is trained and published, and viewers ask all the while
    rig.use_solution(f"{rig.name}-second", "aws-user-personalization-v2")
    execution = rig.start(importMode="NONE")
    answers = rig.ask_until_ended(execution)
    # THEN every request had recommendations, and the same campaign serves the new solution
    assert len(answers) > 1
    assert all(answers)
    assert rig.wait_until_ended(execution)["status"] == "SUCCEEDED"
    status = rig.next_status()
    assert status["status"] == "PUBLISHED", status["reason"]
    assert "that of the version in service is" in status["reason"]
    campaign = rig.personalize.describe_campaign(campaignArn=rig.campaign)["campaign"]
    assert campaign["solutionVersionArn"] == rig.versions()[-1] == rig.serving_version() != first
    assert "itemExplorationConfig" not in campaign["campaignConfig"]
