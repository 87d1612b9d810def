"""The provider's client of a feed endpoint that throttles."""

import pytest

from local.play.replay.errors import FeedRefusedError
from local.play.replay.feed_client import FeedClient
from local.twin.services.apigateway import HttpApi, HttpRoute, Rate
from tests.support.builders import a_match
from tests.support.gateway_rig import Functions, serving

ROUTE = HttpRoute(route_key="PUT /matches/{match_id}", function_name="announce")


async def test_a_throttled_request_is_sent_again() -> None:
    functions = Functions({"announce": lambda _: {"statusCode": 201, "body": "{}"}})
    async with serving(functions) as served:
        served.gateway.put_http_api(
            HttpApi(api_id="h1", routes=(ROUTE,), throttle=Rate(per_second=5, burst=1))
        )
        async with FeedClient(url=served.base_url + "/h1", provider="vendor", key="key") as feed:
            await feed.announce(a_match("one"))
            await feed.announce(a_match("two"))
    assert len(functions.events) == 2


async def test_a_refused_request_is_not_sent_again() -> None:
    functions = Functions({"announce": lambda _: {"statusCode": 401, "body": "{}"}})
    async with serving(functions) as served:
        served.gateway.put_http_api(HttpApi(api_id="h1", routes=(ROUTE,)))
        async with FeedClient(url=served.base_url + "/h1", provider="vendor", key="key") as feed:
            with pytest.raises(FeedRefusedError, match="401"):
                await feed.announce(a_match("one"))
    assert len(functions.events) == 1
