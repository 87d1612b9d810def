"""Tags."""

from typing import Any

from local.twin.services.personalize.errors import TooManyTagsError
from local.twin.services.personalize.state import MAX_TAGS, PersonalizeState

Fields = dict[str, Any]


def tag_resource(state: PersonalizeState, request: Fields) -> Fields:
    """Add tags, or replace their values."""
    resource = state.store.any(request["resourceArn"])
    tags = resource.tags | {tag["tagKey"]: tag["tagValue"] for tag in request["tags"]}
    if len(tags) > MAX_TAGS:
        raise TooManyTagsError(f"Expected at most {MAX_TAGS} tags, got {len(tags)}.")
    resource.tags = tags
    return {}


def untag_resource(state: PersonalizeState, request: Fields) -> Fields:
    """Remove tags."""
    resource = state.store.any(request["resourceArn"])
    resource.tags = {key: value for key, value in resource.tags.items() if key not in request["tagKeys"]}
    return {}


def list_tags_for_resource(state: PersonalizeState, request: Fields) -> Fields:
    """List the tags of a resource."""
    tags = state.store.any(request["resourceArn"]).tags
    return {"tags": [{"tagKey": key, "tagValue": value} for key, value in tags.items()]}
