"""Interactions of a viewer with the components of a message, in the form in which apps report them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.interaction import InteractionType
from domain.validation import format_instant
from local.play.replay.screen import returned_fields
from local.play.replay.transport import Interaction


def interactions_with(message: Mapping[str, Any], taps: Collection[str], now: datetime) -> list[Interaction]:
    """Return an impression of each placement of a message, and after it a click if it is tapped."""
    placements: Mapping[str, Mapping[str, Any]] = {
        each["componentId"]: each for each in message["placements"]
    }
    actions: list[tuple[InteractionType, str]] = []
    for component_id in placements:
        actions.append((InteractionType.IMPRESSION, component_id))
        # A click needs its impression, and messages may overtake one another.
        actions += [(InteractionType.CLICK, component_id)] * (component_id in taps)
    return [
        {
            "type": kind.value,
            "componentId": component_id,
            "slot": placements[component_id]["slot"],
            "version": message["version"],
            "occurredAt": format_instant(now + timedelta(milliseconds=offset)),
            "impression": list(placements),
            **returned_fields(placements[component_id]),
        }
        for offset, (kind, component_id) in enumerate(actions)
    ]


def portions(interactions: Sequence[Interaction], most: int) -> Iterator[list[Interaction]]:
    """Yield the interactions in portions of at most `most`, none of which begins with a click."""
    portion: list[Interaction] = []
    for interaction in interactions:
        is_impression = interaction["type"] == InteractionType.IMPRESSION.value
        if is_impression and len(portion) >= most - 1:
            yield portion
            portion = []
        portion.append(interaction)
    if portion:
        yield portion
