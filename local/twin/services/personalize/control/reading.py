"""Describe and List operations, which are alike for most kinds of resource."""

from collections.abc import Callable
from typing import Any

from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind, page

Fields = dict[str, Any]
Operation = Callable[[PersonalizeState, Fields], Fields]


def describe_operation(kind: Kind) -> Operation:
    """Return the operation that describes one resource of a kind."""

    def describe(state: PersonalizeState, request: Fields) -> Fields:
        return {kind.member: state.store.get(kind, request[kind.arn_member]).fields}

    return describe


def list_operation(kind: Kind, answer: str, *, owner: Kind | None = None) -> Operation:
    """Return the operation that lists the resources of a kind under `answer`: those of one owner, or all."""

    def list_(state: PersonalizeState, request: Fields) -> Fields:
        owners = {owner.arn_member: request.get(owner.arn_member)} if owner else {}
        return page(state.store.find(kind, **owners), request, answer)

    return list_
