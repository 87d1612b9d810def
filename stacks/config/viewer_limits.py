"""What one viewer's apps may send and open, whatever they are."""

from dataclasses import dataclass

from stacks.config.checks import Positive, check_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerLimits:
    """Limits that no person reaches."""

    interactions_per_second: Positive = 10
    """Of one connection in all its matches, or of one viewer in a match where they come over HTTPS.

    Those of five seconds may come at once. Refused ones count as well.
    """
    sockets: Positive = 20
    """Connections of the WebSocket API that are open at the same time.

    One whose end was not reported counts until it is two hours old. In a stage that broadcasts, as many
    passes are issued and connections opened within five minutes, see `docs/delivery.md`.
    """

    def __post_init__(self) -> None:
        check_fields(self, "viewer_limits")
