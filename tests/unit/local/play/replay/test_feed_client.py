"""The provider's client: an address that is not the ingest endpoint's costs one sentence."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from local.play.replay.errors import FeedRefusedError
from local.play.replay.feed_client import FeedClient
from tests.support.builders import a_match


@pytest.mark.parametrize("body", [b"<html>", b"\xff", b"[]", b"[" * 100_000])
async def test_an_answer_that_is_not_the_ingest_endpoints_is_refused(body: bytes) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with (
        TestServer(app) as server,
        FeedClient(url=str(server.make_url("")), provider="opta", key="k") as client,
    ):
        with pytest.raises(FeedRefusedError, match="expected the ingest endpoint to accept it, got 200"):
            await client.announce(a_match())
