"""How a stage delivers messages to viewers."""

from dataclasses import dataclass
from typing import Annotated

from domain.delivery_mode import DeliveryMode
from stacks.config.checks import Positive, Within, check_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfig:
    """The delivery mode; the other settings are those of `broadcast`."""

    mode: DeliveryMode = DeliveryMode.CONNECTIONS
    expected_viewers: Positive = 10_000
    """Viewers of the largest match: their apps spread their arrival over the time that these need."""
    joins_per_second: Positive = 1_500
    """Apps that may join a match in a second, below AppSync's quota of new connections."""
    named_viewers: Annotated[int, Within(0)] = 100
    """Viewers of a match who are asked for by name, at most."""
    impression_share: Annotated[float, Within(0.01, 1)] = 1.0
    """The share of impressions that apps report, from 0.01 to 1; each reported one stands for its inverse."""

    def __post_init__(self) -> None:
        check_fields(self, "delivery")

    @property
    def is_broadcast(self) -> bool:
        """True if each audience is told on a channel."""
        return self.mode is DeliveryMode.BROADCAST

    @property
    def join_within_seconds(self) -> int:
        """The time over which the expected viewers' apps spread their arrival."""
        return -(-self.expected_viewers // self.joins_per_second)
