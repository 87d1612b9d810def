"""How a stage delivers messages to viewers."""

from enum import StrEnum


class DeliveryMode(StrEnum):
    """Delivery modes of a stage."""

    CONNECTIONS = "connections"
    """A post to each WebSocket connection, through API Gateway."""
    BROADCAST = "broadcast"
    """One publish for each audience, on a channel of AWS AppSync Events."""
