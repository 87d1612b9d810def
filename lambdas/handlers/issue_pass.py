"""`POST /matches/{match_id}/pass`: an app joins a match, and learns where its viewer's audience is told."""

from typing import Any

from domain.cohort import ViewerTraits
from domain.metrics import Metric
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.passes import opening_limit, pass_issuer
from lambdas.handlers.viewer_http import respond
from lambdas.logic.errors import ProtocolError
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a pass, with its channels and documents."""
    return respond(event, _issue, has_body=False, refused=Metric.PASSES_REFUSED)


def _issue(match_id: str, viewer: ViewerTraits, _: dict[str, Any]) -> dict[str, Any]:
    """Each pass may count for others of its kind, so one viewer must not make a crowd of passes."""
    limit = opening_limit()
    if not limit.admits(viewer.viewer_id, now()):
        raise ProtocolError(
            "TOO_MANY", f"passes: expected at most {limit.most} of one viewer in five minutes"
        )
    return pass_issuer().issue(match_id, viewer)
