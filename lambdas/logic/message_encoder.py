"""Encodes the `components` messages of one version: what audiences share is encoded once."""

import json
from collections.abc import Iterable

from domain.component import Component
from domain.context import MatchContext
from domain.match import Match
from domain.placement import Placement
from domain.subject import Subject
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.messages import cleared_field, placement_lists, version_fields

_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class MessageEncoder:
    """Encodes as `components_message` would, from parts.

    The fields of the version are encoded once, those of a component once for each subject, and a placement's
    own fields, among them its signature, once for each audience.
    """

    def __init__(self, context: MatchContext, match: Match) -> None:
        self._version = _JSON.encode(version_fields(context, match, snapshot=False))[:-1]
        self._components: dict[tuple[str, Subject | None], tuple[Component, str]] = {}

    def shared_bytes(self, placements: AudiencePlacements) -> bytes:
        """Return a message without its closing brace: the part that an audience shares."""
        lists = [
            f'"{name}":[{self._placements(placed)}]' for name, placed in placement_lists(placements).items()
        ]
        other = _JSON.encode({"rung": placements.recommendation.rung.value, **cleared_field(placements)})
        return f"{self._version},{other[1:-1]},{','.join(lists)}".encode()

    def _placements(self, placed: Iterable[Placement]) -> str:
        return ",".join(
            f"{self._component(each)},{_JSON.encode(each.choice_fields())[1:]}" for each in placed
        )

    def _component(self, placement: Placement) -> str:
        """Return the fields of a placement's component, without the closing brace."""
        key = (placement.component.id, placement.subject)
        known, text = self._components.get(key, (None, ""))
        if known is not placement.component:  # new, or published again meanwhile
            text = _JSON.encode(placement.component_fields())[:-1]
            self._components[key] = placement.component, text
        return text
