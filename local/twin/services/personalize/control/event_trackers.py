"""Event trackers."""

import uuid
from typing import Any

from local.twin.services.personalize.errors import ResourceAlreadyExistsError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind, page

Fields = dict[str, Any]


def create_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """Create the event tracker of a dataset group, which has one at most."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    if state.store.find(Kind.EVENT_TRACKER, datasetGroupArn=group.arn):
        raise ResourceAlreadyExistsError(f"{group.arn} already has an event tracker.")
    tracking_id = str(uuid.uuid4())
    arn = state.arn(Kind.EVENT_TRACKER, tracking_id[:8])
    fields = {
        "name": request["name"],
        "datasetGroupArn": group.arn,
        "eventTrackerArn": arn,
        "accountId": state.account_id,
        "trackingId": tracking_id,
    }
    state.life_cycle.create(state.new_resource(Kind.EVENT_TRACKER, arn, fields, request))
    return {"eventTrackerArn": arn, "trackingId": tracking_id}


def describe_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """Return an event tracker."""
    return {"eventTracker": state.store.get(Kind.EVENT_TRACKER, request["eventTrackerArn"]).fields}


def list_event_trackers(state: PersonalizeState, request: Fields) -> Fields:
    """List the event trackers of a dataset group, or all."""
    group = request.get("datasetGroupArn")
    return page(state.store.find(Kind.EVENT_TRACKER, datasetGroupArn=group), request, "eventTrackers")


def delete_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """Delete an event tracker; PutEvents refuses its tracking id from now on."""
    state.life_cycle.delete(state.store.get(Kind.EVENT_TRACKER, request["eventTrackerArn"]))
    return {}
