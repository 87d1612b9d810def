"""`POST /matches/{match_id}/interactions`: what a viewer on a channel saw, clicked, dismissed or watched."""

from typing import Any

from domain.channel import viewer_address
from domain.cohort import ViewerTraits
from domain.metrics import Metric
from lambdas.handlers.composition.interactions import channel_interaction_intake
from lambdas.handlers.viewer_http import respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Record interactions of the token's viewer, at the viewer's row of the match."""
    return respond(event, _record, has_body=True, refused=Metric.CONNECTIONS_REFUSED)


def _record(match_id: str, viewer: ViewerTraits, body: dict[str, Any]) -> dict[str, Any]:
    connection_id = viewer_address(match_id, viewer.viewer_id)
    return channel_interaction_intake().interact(connection_id, viewer, {**body, "matchId": match_id}, None)
