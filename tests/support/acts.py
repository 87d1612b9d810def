"""Interactions with the placements of a `components` message, as an app sends them."""

from collections.abc import Mapping
from typing import Any


def act_on(
    message: Mapping[str, Any], kind: str = "impression", component_id: str | None = None, **fields: Any
) -> dict[str, Any]:
    """Return an interaction with a placement: that of a component, or the first one."""
    placed = [*message["placements"], *message["alternatives"], *message["afterwards"]]
    found = next(each for each in placed if component_id in (None, each["componentId"]))
    return {
        "type": kind,
        "componentId": found["componentId"],
        "slot": found["slot"],
        "version": message["version"],
        "signature": found["signature"],
        "occurredAt": message["sentAt"],
        **fields,
    }
