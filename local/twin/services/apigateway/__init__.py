"""The twin's API Gateway v2: WebSocket APIs, `@connections`, and HTTP APIs, as their clients see them.

How the edge uses it::

    async def invoke(function_name: str, payload: bytes) -> InvocationResult: ...

    gateway = Gateway(invoke=invoke)                    # limits=Limits(...) to shorten the quotas
    gateway.put_websocket_api(
        WebSocketApi(
            api_id="ws1",
            stage="live",
            routes=(
                WebSocketRoute(route_key="$connect", function_name="connect"),
                WebSocketRoute(route_key="subscribe", function_name="subscribe", two_way=True),
            ),
            authorizer=RequestAuthorizer(
                function_name="authorize_connection",
                identity_sources=("route.request.header.Sec-WebSocket-Protocol",),
            ),
        )
    )
    gateway.put_http_api(
        HttpApi(
            api_id="feeds1",
            routes=(HttpRoute(route_key="POST /feeds/{provider}", function_name="ingest_feed"),),
        )
    )
    gateway.mount(app)                                  # or: await gateway.handle(request) for its paths
    ...
    await gateway.close()                               # 1001 to every client, then waits for $disconnect

- A function name is whatever `invoke` understands; `two_way=True` says that the route has a RouteResponse.
- `put_*` replaces an API of the same id and keeps its connections, so a provisioner may call it again.
- `invoke` raising, or `function_error` being set, is an integration failure.
- Paths: `/_aws/execute-api/<api-id>/<stage>` (WebSocket), the same with `/@connections/<id>`, and
  `/_aws/execute-api/<api-id>/<path>` (HTTP API; a stage other than `$default` is the path's first segment).
- `gateway.owns(path)` tells whether a raw path is one of these: ask it before any costlier routing.
- `gateway.state()` is what `/_touchline/state` may show: APIs, open connections, counters named like
  API Gateway's CloudWatch metrics.
- `$disconnect` is best effort at AWS: `Gateway(sends_disconnect=lambda closing: closing.code != 1006)` loses
  it for clients that vanish, so that their connections become stale rows whose posts answer 410.
- Serve it with `access_log=None`: at thousands of posts a second the log costs more than the posts.
"""

from local.twin.services.apigateway.api import (
    HttpApi,
    HttpRoute,
    RequestAuthorizer,
    WebSocketApi,
    WebSocketRoute,
)
from local.twin.services.apigateway.connection import Closing
from local.twin.services.apigateway.gateway import Gateway
from local.twin.services.apigateway.invocation import InvocationResult, Invoke
from local.twin.services.apigateway.limits import Limits
from local.twin.services.token_bucket import Rate

__all__ = [
    "Closing",
    "Gateway",
    "HttpApi",
    "HttpRoute",
    "InvocationResult",
    "Invoke",
    "Limits",
    "Rate",
    "RequestAuthorizer",
    "WebSocketApi",
    "WebSocketRoute",
]
