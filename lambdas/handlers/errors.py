"""Errors that handlers raise to the services that invoke them.

Unauthorized            API Gateway answers 401
MatchLogIncompleteError SNS delivers the notification again
"""


class Unauthorized(Exception):  # noqa: N818 - API Gateway recognises this message, not the class
    """Tells API Gateway to answer 401; it recognises the exact message `Unauthorized`."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class MatchLogIncompleteError(Exception):
    """A notification was not written to the match log; SNS retries only when the function fails."""
