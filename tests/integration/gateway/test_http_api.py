import base64
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest

from local.twin.services.apigateway import Cors, HttpApi, HttpRoute, Limits, Rate
from tests.support.gateway_rig import Functions, serving

FEEDS = HttpRoute(route_key="POST /feeds/{provider}", function_name="feeds")


def feeds(*routes: HttpRoute, stage: str = "$default") -> HttpApi:
    return HttpApi(api_id="h1", routes=routes or (FEEDS,), stage=stage)


async def test_the_event_has_payload_format_2() -> None:
    functions = Functions({"feeds": lambda _: {"statusCode": 202}})
    async with serving(functions) as served:
        served.gateway.put_http_api(feeds())
        url = served.base_url + "/h1/feeds/stats%20bomb?a=1&a=2&b="
        headers = {"X-Thing": "One", "Cookie": "k=v; m=n", "Content-Type": "application/json"}
        async with served.session.post(url, data=b'{"n":1}', headers=headers) as answer:
            assert answer.status == 202
    (event,) = functions.events_of("feeds")
    assert (event["version"], event["routeKey"]) == ("2.0", "POST /feeds/{provider}")
    assert event["rawPath"] == "/feeds/stats%20bomb"
    assert event["rawQueryString"] == "a=1&a=2&b="
    assert event["queryStringParameters"] == {"a": "1,2", "b": ""}
    assert event["pathParameters"] == {"provider": "stats bomb"}
    assert event["headers"]["x-thing"] == "One"
    assert event["cookies"] == ["k=v", "m=n"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"n":1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["stage"] == "$default"


async def test_binary_bodies_are_base64_in_both_directions() -> None:
    reply = {"statusCode": 200, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}
    functions = Functions({"feeds": lambda _: reply})
    async with serving(functions) as served:
        served.gateway.put_http_api(feeds())
        async with served.session.post(served.base_url + "/h1/feeds/opta", data=b"\x80\x81") as answer:
            assert await answer.read() == b"\x00\xff"
    (event,) = functions.events_of("feeds")
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x80\x81"


@pytest.mark.parametrize(
    ("returned", "status", "body", "content_type"),
    [
        ({"accepted": 3}, 200, '{"accepted": 3}', "application/json"),
        ("hello", 200, "hello", "application/json"),
        ({"statusCode": 201, "body": "made"}, 201, "made", "text/plain"),
        (
            {"statusCode": 400, "headers": {"content-type": "application/problem+json"}, "body": "{}"},
            400,
            "{}",
            "application/problem+json",
        ),
        ({"statusCode": "what"}, 500, '{"message": "Internal Server Error"}', "application/json"),
    ],
)
async def test_the_response_is_parsed_or_inferred(
    returned: Any, status: int, body: str, content_type: str
) -> None:
    async with serving(Functions({"feeds": lambda _: returned})) as served:
        served.gateway.put_http_api(feeds())
        async with served.session.post(served.base_url + "/h1/feeds/opta") as answer:
            assert (answer.status, await answer.text()) == (status, body)
            assert answer.content_type == content_type


async def test_cookies_are_set() -> None:
    functions = Functions({"feeds": lambda _: {"statusCode": 200, "cookies": ["a=1", "b=2"]}})
    async with serving(functions) as served:
        served.gateway.put_http_api(feeds())
        async with served.session.post(served.base_url + "/h1/feeds/opta") as answer:
            assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]


async def test_a_function_error_is_a_500() -> None:
    async with serving(Functions({"feeds": lambda _: 1 / 0})) as served:
        served.gateway.put_http_api(feeds())
        async with served.session.post(served.base_url + "/h1/feeds/opta") as answer:
            assert (answer.status, await answer.json()) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("POST", "/feeds/opta", "POST /feeds/{provider}"),
        ("POST", "/feeds/special", "POST /feeds/special"),
        ("PUT", "/feeds/opta", "ANY /feeds/{provider}"),
        ("GET", "/files/a/b", "ANY /{proxy+}"),
        ("GET", "/", "$default"),
    ],
)
async def test_the_most_specific_route_is_selected(method: str, path: str, route: str) -> None:
    keys = (
        "$default",
        "ANY /{proxy+}",
        "ANY /feeds/{provider}",
        "POST /feeds/{provider}",
        "POST /feeds/special",
    )
    functions = Functions({"any": lambda event: event["routeKey"]})
    async with serving(functions) as served:
        served.gateway.put_http_api(feeds(*(HttpRoute(route_key=key, function_name="any") for key in keys)))
        async with served.session.request(method, served.base_url + "/h1" + path) as answer:
            assert await answer.text() == route


@pytest.mark.parametrize("path", ["/nothing", "/feeds", "/feeds/", "/feeds/a/b"])
async def test_unknown_paths_are_not_found(path: str) -> None:
    async with serving(Functions()) as served:
        served.gateway.put_http_api(feeds())
        async with served.session.post(served.base_url + "/h1" + path) as answer:
            assert (answer.status, await answer.json()) == (404, {"message": "Not Found"})


async def test_a_named_stage_is_a_part_of_the_path() -> None:
    async with serving(Functions({"feeds": lambda event: event["rawPath"]})) as served:
        served.gateway.put_http_api(feeds(stage="v1"))
        async with served.session.post(served.base_url + "/h1/v1/feeds/opta") as answer:
            assert await answer.text() == "/v1/feeds/opta"
        async with served.session.post(served.base_url + "/h1/v1x/feeds/opta") as answer:
            assert answer.status == 404


async def test_too_large_bodies_and_too_many_requests_are_refused() -> None:
    limits = Limits(http_payload_bytes=2 * 1024 * 1024, requests=Rate(per_second=0.001, burst=3))
    async with serving(Functions({"feeds": lambda event: str(len(event["body"]))}), limits) as served:
        served.gateway.put_http_api(feeds())
        url = served.base_url + "/h1/feeds/opta"

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"x" * 1024 * 1024

        text = {"Content-Type": "text/plain"}
        async with served.session.post(url, data=BytesIO(b"x" * 2 * 1024 * 1024), headers=text) as answer:
            assert await answer.text() == str(2 * 1024 * 1024)
        for body in (BytesIO(b"x" * (2 * 1024 * 1024 + 1)), chunks()):
            async with served.session.post(url, data=body, headers=text) as answer:
                assert answer.status == 413
        async with served.session.post(url, data=b"x") as answer:
            assert (answer.status, await answer.json()) == (429, {"message": "Too Many Requests"})


ANY_PAGE = Cors(
    origins=frozenset({"*"}),
    methods=frozenset({"POST"}),
    headers=frozenset({"authorization", "content-type"}),
    max_age_seconds=86_400,
)


def with_cors(cors: Cors) -> HttpApi:
    return HttpApi(api_id="h1", routes=(FEEDS,), cors=cors)


async def test_a_preflight_is_answered_without_the_function() -> None:
    functions = Functions({"feeds": lambda _: {"statusCode": 200}})
    async with serving(functions) as served:
        served.gateway.put_http_api(with_cors(ANY_PAGE))
        asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
        async with served.session.options(served.base_url + "/h1/feeds/opta", headers=asked) as answer:
            assert answer.status == 204
            about = {name: value for name, value in answer.headers.items() if name.startswith("Access-")}
    assert about == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "authorization,content-type",
        "Access-Control-Max-Age": "86400",
    }
    assert functions.events == []


async def test_every_answer_to_a_page_has_the_configured_origin_and_no_other() -> None:
    own = {"statusCode": 200, "headers": {"access-control-allow-origin": "https://other.example"}}
    async with serving(Functions({"feeds": lambda _: own})) as served:
        served.gateway.put_http_api(with_cors(ANY_PAGE))
        for path, status in (("/h1/feeds/opta", 200), ("/h1/unknown", 404)):
            for headers, allowed in (({"Origin": "https://app.example"}, ["*"]), ({}, [])):
                async with served.session.post(served.base_url + path, headers=headers) as answer:
                    assert answer.status == status
                    assert answer.headers.getall("Access-Control-Allow-Origin", []) == allowed


async def test_a_page_of_another_origin_is_told_nothing() -> None:
    one = Cors(origins=frozenset({"https://app.example"}), credentials=True, exposed=("x-a", "x-b"))
    async with serving(Functions({"feeds": lambda _: {"statusCode": 200}})) as served:
        served.gateway.put_http_api(with_cors(one))
        url = served.base_url + "/h1/feeds/opta"
        async with served.session.post(url, headers={"Origin": "https://app.example"}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
            assert answer.headers["Access-Control-Allow-Credentials"] == "true"
            assert answer.headers["Access-Control-Expose-Headers"] == "x-a,x-b"
        async with served.session.post(url, headers={"Origin": "https://other.example"}) as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_route_with_a_throttle_of_its_own_has_no_other() -> None:
    rare, often = Rate(per_second=0.001, burst=1), Rate(per_second=1, burst=1_000)
    items = HttpRoute(route_key="GET /items", function_name="feeds")
    async with serving(Functions({"feeds": lambda _: {"statusCode": 200}})) as served:
        served.gateway.put_http_api(
            HttpApi(
                api_id="h1", routes=(FEEDS, items), throttle=rare, route_throttles={items.route_key: often}
            )
        )
        statuses = []
        for method, path in [("GET", "/items")] * 3 + [("POST", "/feeds/opta")] * 2:
            async with served.session.request(method, served.base_url + "/h1" + path) as answer:
                statuses.append(answer.status)
    assert statuses == [200, 200, 200, 200, 429]
