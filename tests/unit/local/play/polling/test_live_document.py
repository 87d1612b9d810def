"""Requests to a live API are conditional, and wait as the API asks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from local.play.polling.errors import PollingError
from local.play.polling.live_document import LiveDocument, UnavailableError, next_wait, retry_after


class Api:
    """A live API with a validator, which can be made to refuse."""

    def __init__(self) -> None:
        self.version = 1
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append({name.lower(): value for name, value in request.headers.items()})
        etag = f'"{self.version}"'
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        if request.headers.get("if-none-match") == etag:
            return web.Response(status=304)
        return web.json_response({"version": self.version}, headers={"etag": etag})


@pytest.fixture
async def api() -> AsyncIterator[tuple[Api, LiveDocument]]:
    live = Api()
    app = web.Application()
    app.router.add_get("/match", live.answer)
    server = TestServer(app)
    await server.start_server()
    async with aiohttp.ClientSession() as http:
        yield live, LiveDocument(http, [str(server.make_url("/match"))], {"x-key": "k"})
    await server.close()


async def test_requests_are_conditional(api: tuple[Api, LiveDocument]) -> None:
    live, document = api
    assert await document.get() == {"version": 1}
    assert await document.get() is None
    live.version = 2
    assert await document.get() == {"version": 2}
    assert [asked.get("if-none-match") for asked in live.asked] == [None, '"1"', '"1"']
    assert {asked["x-key"] for asked in live.asked} == {"k"}


async def test_too_many_requests_say_how_long_to_wait(api: tuple[Api, LiveDocument]) -> None:
    live, document = api
    live.status, live.headers = 429, {"retry-after": "90"}
    with pytest.raises(UnavailableError) as refused:
        await document.get()
    assert refused.value.retry_after == 90.0


async def test_a_refused_key_ends_the_polling(api: tuple[Api, LiveDocument]) -> None:
    live, document = api
    live.status = 403
    with pytest.raises(PollingError, match="got 403"):
        await document.get()


def test_waits_double_and_honour_what_the_api_asks() -> None:
    assert [next_wait(30, failures, None) for failures in range(4)] == [30, 60, 120, 240]
    assert next_wait(30, 1, 90) == 90
    assert next_wait(30, 10, None) == 600


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
    assert retry_after("120", now) == 120
    assert retry_after("Sat, 14 Mar 2026 15:01:30 GMT", now) == 90
    assert retry_after("soon", now) is None
    assert retry_after(None, now) is None
