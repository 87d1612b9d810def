"""The choice of an app, made once for all simulated viewers in whose case it is the same."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from domain.candidate_choice import components_message
from domain.choice import Exposure
from domain.packed_event import unpack

_KEPT = 256
"""Messages in play at a time: the newest of each audience, in a process with thousands of viewers."""


@lru_cache(maxsize=_KEPT)
def read_event(event: str) -> dict[str, Any]:
    """Read the audience message of an event; viewers share it, so nobody changes it."""
    message: dict[str, Any] = json.loads(unpack(event))
    return message


def choose(event: str, sights: Mapping[str, Exposure]) -> dict[str, Any]:
    """Return the `components` message for a viewer with these sights."""
    message = read_event(event)
    if any(each["componentId"] in sights for each in message["components"]):
        return components_message(message, sights)
    return _choice_without_sights(event)


@lru_cache(maxsize=_KEPT)
def _choice_without_sights(event: str) -> dict[str, Any]:
    return components_message(read_event(event), {})
