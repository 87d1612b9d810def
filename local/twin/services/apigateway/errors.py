"""Errors of the gateway.

GatewayError
├── InvalidQuotaError
├── UnknownRouteKeyError
├── UnsupportedIdentitySourceError
└── UnsupportedRouteSelectionError
"""

from local.errors import CommandError


class GatewayError(CommandError):
    """The gateway cannot serve an API's definition, or with its options."""


class InvalidQuotaError(GatewayError):
    """A quota that does not exist, or a value that is no rate."""

    def __init__(self, setting: str) -> None:
        super().__init__(
            "quota: expected requests, connects, channel_connects, channel_publishes or channel_messages "
            f"with =NUMBER, =NUMBER:BURST or =none, or stages=none; got {setting!r}"
        )


class UnknownRouteKeyError(GatewayError):
    """An HTTP route key that is neither `$default` nor `METHOD /path`."""

    def __init__(self, route_key: str) -> None:
        super().__init__(f"route key: expected '$default' or 'METHOD /path', got {route_key!r}")


class UnsupportedIdentitySourceError(GatewayError):
    """An identity source that is neither a header nor a query string parameter of the route's request."""

    def __init__(self, source: str) -> None:
        super().__init__(
            "identity source: expected 'route.request.header.NAME' or 'route.request.querystring.NAME', "
            f"got {source!r}"
        )


class UnsupportedRouteSelectionError(GatewayError):
    """A route selection expression that does not name a property of the message's body."""

    def __init__(self, expression: str) -> None:
        super().__init__(f"route selection expression: expected '$request.body.PATH', got {expression!r}")
