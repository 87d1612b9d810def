"""Tags of what the state machine creates: CloudFormation's tags do not reach it."""

from collections.abc import Mapping

from stacks.training.polling import State

CREATION = "arn:aws:states:::aws-sdk:personalize:create"


def with_tags(state: State, tags: Mapping[str, str]) -> State:
    """Return a definition, or a part of it, in which every resource of Personalize is created with tags."""
    tagged = {name: _inner(value, tags) for name, value in state.items()}
    if str(state.get("Resource", "")).startswith(CREATION):
        pairs = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
        tagged["Parameters"] = {**state["Parameters"], "Tags": pairs}
    return tagged


def _inner(value: object, tags: Mapping[str, str]) -> object:
    match value:
        case dict():
            return with_tags(value, tags)
        case list():
            return [_inner(each, tags) for each in value]
    return value
