"""Selecting the route of a request to an HTTP API.

Source: AWS documentation, "Create routes for HTTP APIs in API Gateway": a full match first, then path
parameters, then a greedy path variable, then `$default`; a named method comes before `ANY`.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from local.twin.services.apigateway.api import HttpRoute
from local.twin.services.apigateway.errors import UnknownRouteKeyError

_ROUTE_KEY = re.compile(r"^([A-Z]+) (/.*)$")
_PARAMETER = re.compile(r"^\{([^}+]+)(\+?)\}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A request's route with the decoded path parameters."""

    route: HttpRoute
    path_parameters: dict[str, str]


class HttpRouteTable:
    """The routes of an HTTP API, the most specific first."""

    def __init__(self, routes: tuple[HttpRoute, ...]) -> None:
        self._default = next((route for route in routes if route.route_key == "$default"), None)
        patterns = [_Pattern(route) for route in routes if route.route_key != "$default"]
        self._patterns = sorted(patterns, key=lambda pattern: pattern.precedence)

    def match(self, method: str, path: str) -> Matched | None:
        """Return the route of a request, or None."""
        segments = path.split("/")[1:]
        for pattern in self._patterns:
            parameters = pattern.match(method, segments)
            if parameters is not None:
                return Matched(route=pattern.route, path_parameters=parameters)
        return None if self._default is None else Matched(route=self._default, path_parameters={})


class _Pattern:
    def __init__(self, route: HttpRoute) -> None:
        parsed = _ROUTE_KEY.match(route.route_key)
        if parsed is None:
            raise UnknownRouteKeyError(route.route_key)
        self.route = route
        self._method = parsed[1]
        self._segments = parsed[2].split("/")[1:]

    @property
    def precedence(self) -> tuple[tuple[int, ...], bool]:
        return tuple(_generality(segment) for segment in self._segments), self._method == "ANY"

    def match(self, method: str, segments: list[str]) -> dict[str, str] | None:
        if self._method not in (method, "ANY"):
            return None
        parameters: dict[str, str] = {}
        for index, expected in enumerate(self._segments):
            parameter = _PARAMETER.match(expected)
            if parameter is not None and parameter[2]:
                rest = "/".join(segments[index:])
                return parameters | {parameter[1]: unquote(rest)} if rest else None
            if index >= len(segments):
                return None
            if parameter is not None and segments[index]:
                parameters[parameter[1]] = unquote(segments[index])
            elif expected != segments[index]:
                return None
        return parameters if len(segments) == len(self._segments) else None


def _generality(segment: str) -> int:
    parameter = _PARAMETER.match(segment)
    if parameter is None:
        return 0
    return 2 if parameter[2] else 1
