"""A gateway refuses definitions that it does not support."""

from typing import Any

import pytest

from local.twin.services.apigateway import (
    Gateway,
    HttpApi,
    HttpRoute,
    InvocationResult,
    RequestAuthorizer,
    WebSocketApi,
    WebSocketRoute,
)
from local.twin.services.apigateway.errors import (
    UnknownRouteKeyError,
    UnsupportedIdentitySourceError,
    UnsupportedRouteSelectionError,
)
from local.twin.services.apigateway.route_selection import RouteTable


async def not_invoked(name: str, payload: bytes, source_arn: str) -> InvocationResult:
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("definition", "error"),
    [
        ({"route_selection_expression": "$request.header.action"}, UnsupportedRouteSelectionError),
        (
            {"authorizer": RequestAuthorizer(function_name="a", identity_sources=("stageVariables.x",))},
            UnsupportedIdentitySourceError,
        ),
    ],
)
def test_an_unsupported_definition_is_refused(definition: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match="expected"):
        Gateway(invoke=not_invoked).put_websocket_api(
            WebSocketApi(api_id="a", stage="s", routes=(), **definition)
        )


def test_an_http_route_key_is_a_method_and_a_path() -> None:
    with pytest.raises(UnknownRouteKeyError, match="feeds"):
        Gateway(invoke=not_invoked).put_http_api(
            HttpApi(api_id="a", routes=(HttpRoute(route_key="feeds", function_name="f"),))
        )


@pytest.mark.parametrize("expression", ["$request.body.meta.kind", "${request.body.meta.kind}"])
def test_a_selection_expression_can_name_a_nested_property(expression: str) -> None:
    route = WebSocketRoute(route_key="goal", function_name="f")
    table = RouteTable(
        WebSocketApi(api_id="a", stage="s", routes=(route,), route_selection_expression=expression)
    )
    assert table.select('{"meta":{"kind":"goal"}}') == route
    assert table.select('{"meta":"goal"}') is None
