"""The events API: interactions, users and items that take effect at once."""

import json
import re
from typing import Any

from local.twin.services.personalize.data.csv_reader import LATEST_SECOND
from local.twin.services.personalize.data.group_data import GroupData, StreamedEvent
from local.twin.services.personalize.dataset_schema import DatasetSchema, SchemaField
from local.twin.services.personalize.errors import InvalidInputError, ResourceInUseError, ThrottlingError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import ACTIVE, Kind

Fields = dict[str, Any]
MAX_EVENT_BYTES = 10 * 1024
RESERVED_PROPERTIES = frozenset(
    {"userid", "sessionid", "eventtype", "timestamp", "recommendationid", "impression"}
)
SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def put_events(state: PersonalizeState, request: Fields) -> Fields:
    """Append all events to the interactions of the tracker's dataset group, or none of them."""
    trackers = state.store.find(Kind.EVENT_TRACKER, trackingId=request["trackingId"])
    if not trackers or trackers[0].status != ACTIVE:
        raise InvalidInputError("The tracking ID does not belong to an active event tracker.")
    group = trackers[0].fields["datasetGroupArn"]
    if not state.token_bucket(f"events/{group}", state.put_events_tps).take_token():
        raise ThrottlingError("Rate exceeded")
    data = state.group_data[group]
    schema = data.schemas.get("INTERACTIONS")
    if schema is None:
        raise InvalidInputError("The dataset group has no Interactions dataset.")
    events = [
        (event.get("eventId"), _read_event(data, schema, request, event)) for event in request["eventList"]
    ]
    for event_id, event in events:
        data.stream(event_id, event)
    return {}


def put_items(state: PersonalizeState, request: Fields) -> Fields:
    """Add items or replace their fields; campaigns can recommend them at once."""
    data, schema = _dataset(state, request, "ITEMS")
    rows = [_read_entity(schema, "ITEM_ID", item["itemId"], item) for item in request["items"]]
    data.record_entities("ITEMS", rows)
    for deployed in list(state.deployed_models.values()):
        if deployed.data is data:
            for row in rows:
                deployed.model.add_item(row["ITEM_ID"], row)
    return {}


def put_users(state: PersonalizeState, request: Fields) -> Fields:
    """Add users or replace their fields."""
    data, schema = _dataset(state, request, "USERS")
    rows = [_read_entity(schema, "USER_ID", user["userId"], user) for user in request["users"]]
    data.record_entities("USERS", rows)
    return {}


def _dataset(state: PersonalizeState, request: Fields, dataset_type: str) -> tuple[GroupData, DatasetSchema]:
    dataset = state.store.get(Kind.DATASET, request["datasetArn"])
    if dataset.status != ACTIVE:
        raise ResourceInUseError(f"Dataset {dataset.arn} is {dataset.status}.")
    if dataset.fields["datasetType"] != dataset_type:
        raise InvalidInputError(f"Dataset {dataset.arn} is of type {dataset.fields['datasetType']}.")
    data = state.group_data[dataset.fields["datasetGroupArn"]]
    return data, data.schemas[dataset_type]


def _read_event(data: GroupData, schema: DatasetSchema, request: Fields, event: Fields) -> StreamedEvent:
    size = len(json.dumps(event, default=str).encode())
    if size > MAX_EVENT_BYTES:
        raise InvalidInputError(f"Expected an event of at most {MAX_EVENT_BYTES} bytes, got {size}.")
    properties = _read_properties(schema, event.get("properties"))
    second = int(event["sentAt"].timestamp())
    if second > LATEST_SECOND:
        raise InvalidInputError("sentAt: expected seconds since 1970.")
    user_id = request.get("userId") or request["sessionId"]
    named = {
        "USER_ID": user_id,
        "ITEM_ID": event.get("itemId"),
        "TIMESTAMP": second,
        "EVENT_TYPE": event["eventType"],
        "EVENT_VALUE": event.get("eventValue"),
        "RECOMMENDATION_ID": event.get("recommendationId"),
        "EVENT_ATTRIBUTION_SOURCE": event.get("metricAttribution", {}).get("eventAttributionSource"),
    }
    impression = tuple(event.get("impression", ())) or data.recommended_items(event.get("recommendationId"))
    row = properties | {name: value for name, value in named.items() if value is not None}
    for field in schema.fields:
        if not field.nullable and row.get(field.name) is None and field.name not in ("ITEM_ID", "IMPRESSION"):
            raise InvalidInputError(f"The event lacks {field.name}, which the schema requires.")
    # Old clients name the item in the properties: PutEvents had no itemId at first.
    return StreamedEvent(user_id=user_id, item_id=row.get("ITEM_ID"), row=row, impression=impression)


def _read_entity(schema: DatasetSchema, key: str, identity: str, entity: Fields) -> Fields:
    row: Fields = {field.name: None for field in schema.fields}
    row |= _read_properties(schema, entity.get("properties")) | {key: identity}
    for field in schema.fields:
        if not field.nullable and row[field.name] is None:
            raise InvalidInputError(f"properties: {identity} lacks {field.name}, which the schema requires.")
    return row


def _read_properties(schema: DatasetSchema, text: str | None) -> Fields:
    if text is None:
        return {}
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        raise InvalidInputError("properties: expected a JSON object.") from None
    if not isinstance(given, dict):
        raise InvalidInputError("properties: expected a JSON object.")
    row: Fields = {}
    for name, value in given.items():
        if name.lower() in RESERVED_PROPERTIES:
            raise InvalidInputError(f"properties: {name} is reserved.")
        field = schema.field(SNAKE.sub("_", name).upper())
        if field is None:
            raise InvalidInputError(f"properties: the schema has no column {name}.")
        row[field.name] = _convert(field, name, value)
    return row


def _convert(field: SchemaField, name: str, value: Any) -> Any:
    if value is None and field.nullable:
        return None
    try:
        if field.type == "string" and isinstance(value, str | int | float | bool):
            return str(value)
        if field.type in ("int", "long"):
            return int(value)
        if field.type in ("float", "double"):
            return float(value)
        if field.type == "boolean" and str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
    except (TypeError, ValueError, OverflowError):
        pass
    raise InvalidInputError(f"properties: {name}: expected {field.type}, got {value!r}.")
