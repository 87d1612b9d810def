"""Selecting the route of a message to a WebSocket API.

Source: AWS documentation, "Create routes for WebSocket APIs in API Gateway", section route selection
expressions.
"""

import json
import re
from typing import Any

from local.twin.services.apigateway.api import WebSocketApi, WebSocketRoute
from local.twin.services.apigateway.errors import UnsupportedRouteSelectionError

_BODY_PROPERTY = re.compile(r"^\$(?:request\.body((?:\.[\w-]+)+)|\{request\.body((?:\.[\w-]+)+)\})$")


class RouteTable:
    """The routes of an API by key, and the message property that selects one."""

    def __init__(self, api: WebSocketApi) -> None:
        self._routes = {route.route_key: route for route in api.routes}
        self._property = _property_path(api.route_selection_expression)

    def lifecycle(self, route_key: str) -> WebSocketRoute | None:
        """Return the route of `$connect` or `$disconnect`, or None."""
        return self._routes.get(route_key)

    def select(self, text: str) -> WebSocketRoute | None:
        """Return the route of a message: the selected one, or `$default`, or None."""
        selected = self._routes.get(self._selection(text))
        return selected or self._routes.get("$default")

    def _selection(self, text: str) -> str:
        try:
            value: Any = json.loads(text)
        except (ValueError, RecursionError):
            return "$default"
        for name in self._property:
            value = value.get(name) if isinstance(value, dict) else None
        reserved = isinstance(value, str) and value.startswith("$")
        return value if isinstance(value, str) and not reserved else "$default"


def _property_path(expression: str) -> tuple[str, ...]:
    matched = _BODY_PROPERTY.match(expression)
    if matched is None:
        raise UnsupportedRouteSelectionError(expression)
    return tuple((matched[1] or matched[2]).strip(".").split("."))
