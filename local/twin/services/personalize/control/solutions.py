"""Solutions and solution versions."""

import secrets
from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.errors import (
    InvalidInputError,
    ResourceInUseError,
    ResourceNotFoundError,
)
from local.twin.services.personalize.model.training import train
from local.twin.services.personalize.model.weighing import EventWeights
from local.twin.services.personalize.recipes import find_recipe
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import (
    ACTIVE,
    BUSY,
    CREATE_IN_PROGRESS,
    CREATE_PENDING,
    CREATE_STOPPED,
    Kind,
    page,
)

Fields = dict[str, Any]
MAX_DAYS = 30


def create_solution(state: PersonalizeState, request: Fields) -> Fields:
    """Create a solution: a recipe and its configuration. CreateSolutionVersion trains it."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    if request.get("performAutoML"):
        raise InvalidInputError("performAutoML: AutoML is no longer supported; provide a recipeArn.")
    if "recipeArn" not in request:
        raise InvalidInputError("recipeArn: expected the ARN of a recipe.")
    find_recipe(request["recipeArn"])
    if not state.store.find(Kind.DATASET, datasetGroupArn=group.arn, datasetType="INTERACTIONS"):
        raise InvalidInputError("The dataset group has no Interactions dataset.")
    _check_config("solutionConfig", request.get("solutionConfig", {}))
    arn = state.arn(Kind.SOLUTION, request["name"])
    fields = {key: value for key, value in request.items() if key != "tags"} | {"solutionArn": arn}
    fields = {"performHPO": False, "performAutoML": False, "performAutoTraining": True} | fields
    state.life_cycle.create(state.new_resource(Kind.SOLUTION, arn, fields, request))
    return {"solutionArn": arn}


def update_solution(state: PersonalizeState, request: Fields) -> Fields:
    """Turn automatic training on or off, or change its schedule."""
    solution = state.active(Kind.SOLUTION, request["solutionArn"])
    config = request.get("solutionUpdateConfig", {})
    _check_config("solutionUpdateConfig", config)
    now = state.clock()
    solution.fields["solutionConfig"] = solution.fields.get("solutionConfig", {}) | config
    for name in ("performAutoTraining", "performIncrementalUpdate"):
        if name in request:
            solution.fields[name] = request[name]
    solution.fields["latestSolutionUpdate"] = {
        **{key: value for key, value in request.items() if key != "solutionArn"},
        "status": ACTIVE,
        "creationDateTime": now,
        "lastUpdatedDateTime": now,
    }
    return {"solutionArn": solution.arn}


def describe_solution(state: PersonalizeState, request: Fields) -> Fields:
    """Return a solution with its latest version."""
    solution = state.store.get(Kind.SOLUTION, request["solutionArn"])
    versions = state.store.find(Kind.SOLUTION_VERSION, solutionArn=solution.arn)
    latest = {"latestSolutionVersion": versions[-1].fields} if versions else {}
    return {"solution": solution.fields | latest}


list_solutions = list_operation(Kind.SOLUTION, "solutions", owner=Kind.DATASET_GROUP)


def delete_solution(state: PersonalizeState, request: Fields) -> Fields:
    """Delete a solution with its versions; refused while a campaign uses it or a training is running."""
    solution = state.store.get(Kind.SOLUTION, request["solutionArn"])
    versions = state.store.find(Kind.SOLUTION_VERSION, solutionArn=solution.arn)
    for campaign in state.store.find(Kind.CAMPAIGN):
        if campaign.fields["solutionVersionArn"].startswith(solution.arn + "/"):
            raise ResourceInUseError(f"Solution {solution.arn} is used by {campaign.arn}.")
    for version in versions:
        if version.status in BUSY:
            raise ResourceInUseError(f"Solution version {version.arn} is {version.status}.")

    def drop() -> None:
        for version in versions:
            state.trained.pop(version.arn, None)
            state.store.remove(version.arn)

    state.life_cycle.delete(solution, drop)
    return {}


def create_solution_version(state: PersonalizeState, request: Fields) -> Fields:
    """Start a training; a solution has one running at most."""
    solution = state.active(Kind.SOLUTION, request["solutionArn"])
    mode = request.get("trainingMode", "FULL")
    if mode == "UPDATE" and not solution.fields["recipeArn"].endswith("/aws-user-personalization"):
        raise InvalidInputError("trainingMode: only the User-Personalization recipe takes UPDATE.")
    versions = state.store.find(Kind.SOLUTION_VERSION, solutionArn=solution.arn)
    for version in versions:
        if version.status in BUSY:
            raise ResourceInUseError(f"Another version of {solution.arn} is being trained: {version.arn}.")
    if mode == "UPDATE" and not any(
        version.status == ACTIVE and version.fields["trainingMode"] == "FULL" for version in versions
    ):
        raise InvalidInputError("trainingMode: UPDATE needs an active version that was trained with FULL.")
    arn = f"{solution.arn}/{request.get('name') or secrets.token_hex(4)}"
    copied = ("solutionArn", "performHPO", "performAutoML", "recipeArn", "eventType", "datasetGroupArn")
    fields = {key: solution.fields[key] for key in (*copied, "solutionConfig") if key in solution.fields}
    fields |= {"solutionVersionArn": arn, "trainingMode": mode, "trainingType": "MANUAL"}
    if "name" in request:
        fields["name"] = request["name"]

    def work() -> None:
        started = state.clock()
        data = state.group_data[solution.fields["datasetGroupArn"]]
        weights = EventWeights.of_solution(solution.fields)
        recipe = find_recipe(solution.fields["recipeArn"])
        state.trained[arn] = train(data, weights, algorithm=recipe.algorithm)
        fields["trainingHours"] = (state.clock() - started).total_seconds() / 3600

    resource = state.new_resource(Kind.SOLUTION_VERSION, arn, fields, request)
    state.life_cycle.create(resource, work)
    state.life_cycle.start(_deploy_when_trained(state, solution.arn, arn))
    return {"solutionVersionArn": arn}


def _deploy_when_trained(state: PersonalizeState, solution_arn: str, version_arn: str) -> Any:
    """Wait for the training, then deploy the version to campaigns that follow the latest one."""
    from local.twin.services.personalize.control.campaigns import deploy_latest

    while True:
        yield
        try:
            version = state.store.get(Kind.SOLUTION_VERSION, version_arn)
        except ResourceNotFoundError:
            return
        if version.status == ACTIVE:
            deploy_latest(state, solution_arn, version_arn)
        if version.status not in BUSY:
            return


describe_solution_version = describe_operation(Kind.SOLUTION_VERSION)


def list_solution_versions(state: PersonalizeState, request: Fields) -> Fields:
    """List the versions of a solution, or all."""
    if "solutionArn" in request:
        state.store.get(Kind.SOLUTION, request["solutionArn"])
    versions = state.store.find(Kind.SOLUTION_VERSION, solutionArn=request.get("solutionArn"))
    return page(versions, request, "solutionVersions")


def stop_solution_version_creation(state: PersonalizeState, request: Fields) -> Fields:
    """Stop a training that is pending or in progress."""
    version = state.store.get(Kind.SOLUTION_VERSION, request["solutionVersionArn"])
    if version.status not in (CREATE_PENDING, CREATE_IN_PROGRESS):
        raise InvalidInputError(f"Solution version {version.arn} cannot be stopped: it is {version.status}.")
    state.life_cycle.stop(version)
    return {}


def get_solution_metrics(state: PersonalizeState, request: Fields) -> Fields:
    """Return the offline metrics of a finished training."""
    version = state.store.get(Kind.SOLUTION_VERSION, request["solutionVersionArn"])
    if version.status in BUSY:
        raise ResourceInUseError(f"Solution version {version.arn} is {version.status}.")
    if version.status == CREATE_STOPPED or version.arn not in state.trained:
        raise ResourceNotFoundError(f"Solution version {version.arn} has no metrics: it is {version.status}.")
    return {"solutionVersionArn": version.arn, "metrics": state.trained[version.arn].metrics}


def _check_config(where: str, config: Fields) -> None:
    threshold = config.get("eventValueThreshold")
    if threshold is not None and not _is_number(threshold):
        raise InvalidInputError(f"{where}.eventValueThreshold: expected a number, got {threshold!r}.")
    for entry in config.get("eventsConfig", {}).get("eventParametersList", []):
        if "eventType" not in entry:
            raise InvalidInputError(f"{where}.eventsConfig: expected an eventType in each entry.")
    every = config.get("autoTrainingConfig", {}).get("schedulingExpression")
    if every is not None and not 1 <= int(every.removeprefix("rate(").split()[0]) <= MAX_DAYS:
        raise InvalidInputError(
            f"{where}.autoTrainingConfig.schedulingExpression: expected 1 to {MAX_DAYS} days, got {every}."
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
