"""Event trackers."""

import uuid
from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.errors import ResourceAlreadyExistsError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind

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


describe_event_tracker = describe_operation(Kind.EVENT_TRACKER)
list_event_trackers = list_operation(Kind.EVENT_TRACKER, "eventTrackers", owner=Kind.DATASET_GROUP)


def delete_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """Delete an event tracker; PutEvents refuses its tracking id from now on."""
    state.life_cycle.delete(state.store.get(Kind.EVENT_TRACKER, request["eventTrackerArn"]))
    return {}
