"""Dataset groups."""

from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.errors import ResourceInUseError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind

Fields = dict[str, Any]


def create_dataset_group(state: PersonalizeState, request: Fields) -> Fields:
    """Create a dataset group."""
    arn = state.arn(Kind.DATASET_GROUP, request["name"])
    fields = {key: value for key, value in request.items() if key != "tags"} | {"datasetGroupArn": arn}
    state.life_cycle.create(state.new_resource(Kind.DATASET_GROUP, arn, fields, request))
    state.group_data[arn] = GroupData()
    return {"datasetGroupArn": arn, "domain": request.get("domain")}


describe_dataset_group = describe_operation(Kind.DATASET_GROUP)
list_dataset_groups = list_operation(Kind.DATASET_GROUP, "datasetGroups")


def delete_dataset_group(state: PersonalizeState, request: Fields) -> Fields:
    """Delete a dataset group; refused while it has datasets, solutions or an event tracker."""
    arn = request["datasetGroupArn"]
    group = state.store.get(Kind.DATASET_GROUP, arn)
    for kind in (Kind.DATASET, Kind.SOLUTION, Kind.EVENT_TRACKER):
        left = state.store.find(kind, datasetGroupArn=arn)
        if left:
            raise ResourceInUseError(f"{arn} has a {kind} left: {left[0].arn}. Delete it first.")
    state.life_cycle.delete(group, lambda: _drop_group(state, arn))
    return {}


def _drop_group(state: PersonalizeState, arn: str) -> None:
    for kind in (Kind.FILTER, Kind.METRIC_ATTRIBUTION):
        for resource in state.store.find(kind, datasetGroupArn=arn):
            state.store.remove(resource.arn)
    state.group_data.pop(arn, None)
