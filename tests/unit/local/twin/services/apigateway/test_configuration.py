import pytest

from local.twin.services.apigateway import (
    Gateway,
    HttpApi,
    HttpRoute,
    Rate,
    RequestAuthorizer,
    WebSocketApi,
    WebSocketRoute,
)
from local.twin.services.apigateway.errors import (
    UnknownRouteKeyError,
    UnsupportedIdentitySourceError,
    UnsupportedRouteSelectionError,
)
from local.twin.services.apigateway.limits import TokenBucket
from local.twin.services.apigateway.route_selection import RouteTable


async def nobody(name: str, payload: bytes):
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
def test_api_that_cannot_be_served_truly_is_refused(definition, error):
    with pytest.raises(error, match="expected"):
        Gateway(invoke=nobody).put_websocket_api(WebSocketApi(api_id="a", stage="s", routes=(), **definition))


def test_http_route_key_must_be_a_method_and_a_path():
    with pytest.raises(UnknownRouteKeyError, match="feeds"):
        Gateway(invoke=nobody).put_http_api(
            HttpApi(api_id="a", routes=(HttpRoute(route_key="feeds", function_name="f"),))
        )


@pytest.mark.parametrize("expression", ["$request.body.meta.kind", "${request.body.meta.kind}"])
def test_selection_expression_may_reach_into_the_body(expression):
    route = WebSocketRoute(route_key="goal", function_name="f")
    table = RouteTable(
        WebSocketApi(api_id="a", stage="s", routes=(route,), route_selection_expression=expression)
    )
    assert table.select('{"meta":{"kind":"goal"}}') == route
    assert table.select('{"meta":"goal"}') is None


def test_bucket_allows_its_burst_and_refills_at_its_rate():
    # GIVEN a bucket of two with two a second
    clock = [0.0]
    bucket = TokenBucket(Rate(per_second=2, burst=2), lambda: clock[0])
    # WHEN three come at once, THEN the third waits
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    # WHEN half a second passes, THEN there is one more; and a pause saves no more than the burst
    clock[0] = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock[0] = 100
    assert [bucket.take() for _ in range(3)] == [True, True, False]
