"""Campaigns: deployed solution versions."""

import math
from typing import Any

from local.twin.services.personalize.background import Job
from local.twin.services.personalize.control.reading import describe_operation
from local.twin.services.personalize.data.group_data import GroupData, StreamedEvent
from local.twin.services.personalize.deployed_model import DeployedModel
from local.twin.services.personalize.errors import InvalidInputError, JobFailedError, ResourceInUseError
from local.twin.services.personalize.model.trained import TrainedModel
from local.twin.services.personalize.model.weighing import EventWeights
from local.twin.services.personalize.recipes import find_recipe
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import (
    ACTIVE,
    BUSY,
    CREATE_FAILED,
    CREATE_IN_PROGRESS,
    CREATE_PENDING,
    Kind,
    Resource,
    page,
)

Fields = dict[str, Any]
LATEST = "$LATEST"


def create_campaign(state: PersonalizeState, request: Fields) -> Fields:
    """Deploy a solution version; `<solution ARN>/$LATEST` is the latest one."""
    arn = state.arn(Kind.CAMPAIGN, request["name"])
    named, config = request["solutionVersionArn"], request.get("campaignConfig", {})
    version = _resolve(state, named, config)
    _check_config(version, config)
    fields: Fields = {"minProvisionedTPS": 1, "campaignConfig": {}} | request
    fields.pop("tags", None)
    fields |= {"campaignArn": arn, "solutionVersionArn": _shown_version(named, version, config)}
    campaign = state.new_resource(Kind.CAMPAIGN, arn, fields, request)
    state.life_cycle.create(campaign, lambda: _deploy(state, campaign, version.arn, fields["campaignConfig"]))
    return {"campaignArn": arn}


def update_campaign(state: PersonalizeState, request: Fields) -> Fields:
    """Change version, rate or configuration; the old ones serve until the update is active."""
    campaign = state.store.get(Kind.CAMPAIGN, request["campaignArn"])
    if campaign.status not in (ACTIVE, CREATE_FAILED):
        raise ResourceInUseError(f"Campaign {campaign.arn} is {campaign.status}.")
    _check_not_updating(campaign)
    named = request.get("solutionVersionArn", campaign.fields["solutionVersionArn"])
    config = request.get("campaignConfig", campaign.fields["campaignConfig"])
    version = _resolve(state, named, config)
    _check_config(version, config)
    now = state.clock()
    update = {
        "solutionVersionArn": _shown_version(named, version, config),
        "minProvisionedTPS": request.get("minProvisionedTPS", campaign.fields["minProvisionedTPS"]),
        "campaignConfig": config,
        "status": CREATE_PENDING,
        "creationDateTime": now,
        "lastUpdatedDateTime": now,
    }
    campaign.fields["latestCampaignUpdate"] = update
    state.life_cycle.start(_update(state, campaign, version.arn, update))
    return {"campaignArn": campaign.arn}


describe_campaign = describe_operation(Kind.CAMPAIGN)


def list_campaigns(state: PersonalizeState, request: Fields) -> Fields:
    """List the campaigns of a solution, or all."""
    solution = request.get("solutionArn")
    campaigns = [
        campaign
        for campaign in state.store.find(Kind.CAMPAIGN)
        if solution is None or campaign.fields["solutionVersionArn"].startswith(solution + "/")
    ]
    return page(campaigns, request, "campaigns")


def delete_campaign(state: PersonalizeState, request: Fields) -> Fields:
    """Stop serving at once, and delete the campaign."""
    campaign = state.store.get(Kind.CAMPAIGN, request["campaignArn"])
    _check_not_updating(campaign)
    state.life_cycle.delete(campaign)
    _stop_serving(state, campaign.arn)
    return {}


def deploy_latest(state: PersonalizeState, solution_arn: str, version_arn: str) -> None:
    """Deploy a new version to the campaigns that follow its solution."""
    for campaign in state.store.find(Kind.CAMPAIGN, solutionVersionArn=f"{solution_arn}/{LATEST}"):
        if campaign.status == ACTIVE and campaign.fields["campaignConfig"].get(
            "syncWithLatestSolutionVersion"
        ):
            _deploy(state, campaign, version_arn, campaign.fields["campaignConfig"])


def _check_not_updating(campaign: Resource) -> None:
    if campaign.fields.get("latestCampaignUpdate", {}).get("status") in BUSY:
        raise ResourceInUseError(f"Campaign {campaign.arn} is being updated.")


def _shown_version(named: str, version: Resource, config: Fields) -> str:
    """Return the version that DescribeCampaign shows: $LATEST if the campaign follows, else the version."""
    return named if config.get("syncWithLatestSolutionVersion") else version.arn


def _resolve(state: PersonalizeState, named: str, config: Fields) -> Resource:
    if not named.endswith("/" + LATEST):
        if config.get("syncWithLatestSolutionVersion"):
            raise InvalidInputError(
                "syncWithLatestSolutionVersion: expected <solution ARN>/$LATEST as the solutionVersionArn."
            )
        version = state.active(Kind.SOLUTION_VERSION, named)
        state.active(Kind.SOLUTION, version.fields["solutionArn"])
        return version
    solution = state.active(Kind.SOLUTION, named.removesuffix("/" + LATEST))
    versions = state.store.find(Kind.SOLUTION_VERSION, solutionArn=solution.arn, status=ACTIVE)
    if not versions:
        raise InvalidInputError(f"Solution {solution.arn} has no active solution version.")
    return versions[-1]


def _check_config(version: Resource, config: Fields) -> None:
    exploration = config.get("itemExplorationConfig")
    if not exploration:
        return
    if not find_recipe(version.fields["recipeArn"]).takes_exploration_config:
        raise InvalidInputError("itemExplorationConfig: only the User-Personalization recipe takes it.")
    for name, value in exploration.items():
        if name not in ("explorationWeight", "explorationItemAgeCutOff"):
            raise InvalidInputError(f"itemExplorationConfig: unknown setting {name}.")
        try:
            number = float(value)
        except ValueError:
            raise InvalidInputError(
                f"itemExplorationConfig.{name}: expected a number, got {value!r}."
            ) from None
        if not 0 <= number <= (1 if name == "explorationWeight" else math.inf):
            raise InvalidInputError(f"itemExplorationConfig.{name}: {value} is out of range.")


def _update(state: PersonalizeState, campaign: Resource, version_arn: str, update: Fields) -> Job:
    yield
    update["status"] = CREATE_IN_PROGRESS
    yield
    reason = state.life_cycle.attempt(
        campaign, lambda: _deploy(state, campaign, version_arn, update["campaignConfig"])
    )
    with state.store.lock:
        update["lastUpdatedDateTime"] = state.clock()
        if reason is not None:
            update |= {"status": CREATE_FAILED, "failureReason": reason}
            return
        update["status"] = ACTIVE
        settled = ("solutionVersionArn", "minProvisionedTPS", "campaignConfig", "lastUpdatedDateTime")
        campaign.fields |= {name: update[name] for name in settled} | {"status": ACTIVE}


def _deploy(state: PersonalizeState, campaign: Resource, version_arn: str, config: Fields) -> None:
    trained = state.trained.get(version_arn)
    if trained is None:
        raise JobFailedError(f"Solution version {version_arn} has been deleted.")
    version = state.store.get(Kind.SOLUTION_VERSION, version_arn)
    group = version.fields["datasetGroupArn"]
    data = state.group_data[group]
    solution = state.store.get(Kind.SOLUTION, version.fields["solutionArn"])
    state.deployed_models[campaign.arn] = DeployedModel(
        solution_version_arn=version_arn,
        dataset_group_arn=group,
        recipe=find_recipe(version.fields["recipeArn"]),
        model=trained.model,
        data=data,
        config=config,
    )
    # One listener per version, so that a model served by two campaigns learns from each event once.
    data.listeners[version_arn] = _listener(data, trained.model, EventWeights.of_solution(solution.fields))
    _remove_unused_listeners(state, data)


def _listener(data: GroupData, model: TrainedModel, weights: EventWeights) -> Any:
    def listen(event: StreamedEvent) -> None:
        model.observe(event, weights.of_event(event.row), data.users.get(event.user_id))

    return listen


def _stop_serving(state: PersonalizeState, campaign_arn: str) -> None:
    deployed = state.deployed_models.pop(campaign_arn, None)
    if deployed is not None:
        _remove_unused_listeners(state, deployed.data)


def _remove_unused_listeners(state: PersonalizeState, data: GroupData) -> None:
    serving = {deployed.solution_version_arn for deployed in state.deployed_models.values()}
    for version_arn in set(data.listeners) - serving:
        del data.listeners[version_arn]
