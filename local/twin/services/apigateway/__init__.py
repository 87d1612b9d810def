"""Amazon API Gateway v2: WebSocket APIs, `@connections` and HTTP APIs, with the behaviour that clients see.

Example::

    async def invoke(function_name: str, payload: bytes, source_arn: str) -> InvocationResult: ...

    gateway = Gateway(invoke=invoke)                    # limits=Limits(...) changes the quotas
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

- `invoke` receives the function names; `two_way=True` declares a route with a RouteResponse.
- `put_*` replaces an API of the same id and keeps its connections.
- An integration fails if `invoke` raises or sets `function_error`.
- Paths: `/_aws/execute-api/<api-id>/<stage>` (WebSocket), the same with `/@connections/<id>`, and
  `/_aws/execute-api/<api-id>/<path>` (HTTP API; a stage other than `$default` is the path's first segment).
- All APIs share the account's rates of requests and of new connections; a stage may have a throttle too. What
  exceeds a rate is answered with 429, a WebSocket message with `Too Many Requests`.
- `gateway.owns(path)` is true for these paths.
- `gateway.state()` returns the APIs, the number of connections, and counters with the names of API
  Gateway's CloudWatch metrics.
- AWS sends `$disconnect` on a best effort. `Gateway(sends_disconnect=lambda closing: closing.code != 1006)`
  drops it for lost clients; posts to their connections are answered with 410.
- Serve it with `access_log=None`: at thousands of posts per second the log costs more than the posts.
"""

from local.twin.services.apigateway.api import (
    Cors,
    HttpApi,
    HttpRoute,
    RequestAuthorizer,
    WebSocketApi,
    WebSocketRoute,
)
from local.twin.services.apigateway.connection import Closing
from local.twin.services.apigateway.gateway import Gateway
from local.twin.services.apigateway.invocation import InvocationResult, Invoke, NotInvokedError
from local.twin.services.apigateway.limits import Limits
from local.twin.services.token_bucket import Rate

__all__ = [
    "Closing",
    "Cors",
    "Gateway",
    "HttpApi",
    "HttpRoute",
    "InvocationResult",
    "Invoke",
    "Limits",
    "NotInvokedError",
    "Rate",
    "RequestAuthorizer",
    "WebSocketApi",
    "WebSocketRoute",
]
