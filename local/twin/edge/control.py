"""The twin's own paths under `/_touchline/`: what a test, the replay or a curious engineer may ask."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

CONTROL_PREFIX = "/_touchline/"

ControlPath = Callable[[web.BaseRequest], Awaitable[Any]]


class Control:
    """Answers JSON under the names that were registered."""

    def __init__(self) -> None:
        self._paths: dict[str, ControlPath] = {}

    def register(self, paths: Mapping[str, ControlPath]) -> None:
        """Serve these names, the first segment after the prefix."""
        self._paths.update(paths)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request under the prefix."""
        name = request.path[len(CONTROL_PREFIX) :].partition("/")[0]
        path = self._paths.get(name)
        if path is None:
            known = sorted(self._paths)
            return web.json_response({"message": f"no {name!r} here", "known": known}, status=404)
        try:
            return web.json_response(await path(request))
        except (KeyError, ValueError) as error:
            return web.json_response({"message": f"{type(error).__name__}: {error}"}, status=400)
