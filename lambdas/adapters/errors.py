"""Errors of the adapters.

AdapterError
├── QueueRefusedError          SQS refused some messages despite retries
├── TokenError                 a token is invalid, expired or from another issuer
└── UnreadableConstraintError  a published constraint cannot be read, so its effect is unknown
"""


class AdapterError(Exception):
    """Root of the adapters' errors."""


class QueueRefusedError(AdapterError):
    """SQS refused some messages despite retries."""

    def __init__(self, sent: int, refused: int) -> None:
        super().__init__(f"expected the queue to accept {sent} messages, {refused} were refused")


class TokenError(AdapterError):
    """A token is invalid; the reason is for the log, and is not sent to the client."""


class UnreadableConstraintError(AdapterError):
    """A published constraint cannot be read; nothing may be placed until it is fixed."""
