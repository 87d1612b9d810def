"""What became of posts to connections."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PostOutcome:
    """Results of a batch of posts, as connection ids."""

    sent: list[str] = field(default_factory=list)
    """Connections that accepted the message."""
    gone: list[str] = field(default_factory=list)
    """Connections that no longer exist."""
    failed: list[str] = field(default_factory=list)
    """Connections that are not tried again in this call, because the message or the time was the reason."""
    unreached: list[str] = field(default_factory=list)
    """Connections whose posts failed, and may succeed when they are tried again."""
    throttled: list[str] = field(default_factory=list)
    """Connections whose post was refused because of a rate, which is no failure of theirs."""
    unsent: list[str] = field(default_factory=list)
    """Connections that nothing was sent to, because earlier posts of the batch were throttled."""
    retry_after_seconds: float = 0.0
    """The pause that the gateway asks for; 0 if it asks for none."""
    retried: int = 0
    """Number of retries."""
