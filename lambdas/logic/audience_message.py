"""The audience message: one version for all who share a channel; each app chooses from it for its viewer.

| field | holds |
|---|---|
| `matchId`, `version`, `moment`, `score`, `columns`, `media` | as in a `components` message |
| `frozen`, `rung`, `cleared` | as in a `components` message |
| `rulesEdition` | of the consents that rules ask for: an app whose pass has another renews it |
| `components` | the fields of each component, once |
| `candidates` | in ranked order over all slots: `component`, an index; the rules `above`, the `limits` |
| `conflicts` | `[index, index, rule]` of candidates that are kept apart, in the order of the rules |
| `rotation` | by how much the best candidates of each slot take turns |
| `trial` | its share, and two draws for each slot; absent without trials |
| `afterwards` | `candidates`, `conflicts`, `rotation` for the time after the moment; absent if empty |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.constraint import Constraint
from domain.context import MatchContext
from domain.json_limits import compact_json, json_bytes
from domain.match import Match
from domain.metrics import Metric
from domain.packed_event import pack
from domain.required_consents import required_consents, rules_edition
from lambdas.logic.audience_ranking import AudienceRanking
from lambdas.logic.message_size import ENVELOPE_BYTES
from lambdas.logic.messages import version_fields
from lambdas.logic.placement_signature import PlacementSigner
from lambdas.logic.ports.telemetry import Telemetry

MAX_EVENT_BYTES = 240_000
"""The size of one event on a channel.

Source: https://docs.aws.amazon.com/general/latest/gr/appsync.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceMessages:
    """Builds the audience messages of one version, without their sending times."""

    context: MatchContext
    match: Match
    constraints: Sequence[Constraint]
    signer: PlacementSigner
    telemetry: Telemetry
    now: datetime

    def fitting(self, ranking: AudienceRanking) -> tuple[AudienceRanking, dict[str, Any]]:
        """Return a ranking and its message, without the largest components while the message is too large.

        So a component that is too large costs viewers that component, and not the version.
        """
        message = self._message(ranking)
        while (size := _size(message)) > MAX_EVENT_BYTES - ENVELOPE_BYTES:
            largest = max(message["components"], key=json_bytes, default=None)
            if largest is None:
                break
            component_id = largest["componentId"]
            self.telemetry.count(Metric.COMPONENTS_LEFT_OUT)
            self.telemetry.warning(
                "component left out: the message is too large", component=component_id, bytes=size
            )
            ranking = ranking.without(component_id)
            message = self._message(ranking)
        return ranking, message

    def _message(self, ranking: AudienceRanking) -> dict[str, Any]:
        signature = self.signer.signatures(self.context, ranking.audience, self.now)
        return {
            **self._shared_fields(),
            **ranking.candidates().fields(signature),
        }

    def _shared_fields(self) -> Mapping[str, Any]:
        return {
            **version_fields(self.context, self.match, snapshot=False),
            "type": "audience",
            "rulesEdition": rules_edition(required_consents(self.constraints)),
        }


def _size(message: Mapping[str, Any]) -> int:
    """Return the bytes of a message, or of its event if that is larger: text at random does not compress."""
    text = compact_json(message)
    return len(text) if len(text) < MAX_EVENT_BYTES / 2 else max(len(text), len(pack(text)))
