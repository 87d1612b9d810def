"""Cross-origin requests to an HTTP API: the answer to a browser's preflight, and the headers of answers.

Source: AWS documentation, "Configure CORS for HTTP APIs in API Gateway": an API with a configuration answers
OPTIONS itself, without a route, and replaces the headers that an integration returns.
"""

from collections.abc import Mapping, MutableMapping

from aiohttp import web

from local.twin.services.apigateway.api import Cors

_PREFIX = "access-control-"
_ANY = "*"


def preflight(cors: Cors, headers: Mapping[str, str]) -> web.Response | None:
    """Return the answer to a preflight request with these headers, or None if they are not of one."""
    if "Origin" not in headers or "Access-Control-Request-Method" not in headers:
        return None
    response = web.Response(status=204)
    add_cors_headers(cors, headers.get("Origin"), response.headers)
    if "Access-Control-Allow-Origin" in response.headers:
        if cors.methods:
            response.headers["Access-Control-Allow-Methods"] = ",".join(sorted(cors.methods))
        if cors.headers:
            response.headers["Access-Control-Allow-Headers"] = ",".join(sorted(cors.headers))
        if cors.max_age_seconds is not None:
            response.headers["Access-Control-Max-Age"] = str(cors.max_age_seconds)
    return response


def add_cors_headers(cors: Cors, origin: str | None, headers: MutableMapping[str, str]) -> None:
    """Replace the headers about origins in an answer to a request from this origin; None is no page."""
    for name in [name for name in headers if name.lower().startswith(_PREFIX)]:
        del headers[name]
    if origin is None or not cors.origins & {_ANY, origin}:
        return
    headers["Access-Control-Allow-Origin"] = _ANY if _ANY in cors.origins else origin
    if cors.credentials:
        headers["Access-Control-Allow-Credentials"] = "true"
    if cors.exposed:
        headers["Access-Control-Expose-Headers"] = ",".join(cors.exposed)
