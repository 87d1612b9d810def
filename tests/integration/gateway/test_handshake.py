from typing import Any, NoReturn

import aiohttp
import pytest

from local.twin.services.apigateway import Limits, Rate
from tests.support.gateway_rig import (
    OK,
    TOKEN_IN_SUBPROTOCOL,
    Function,
    Functions,
    Served,
    accepting,
    allowing,
    api,
    policy,
    serving,
)

OFFER = ("touchline.v1", "a-token")


async def refusal(served: Served, **options: Any) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await served.connect(**options)
    return refused.value.status


async def test_the_connect_integration_chooses_the_subprotocol() -> None:
    # GIVEN an integration that answers with one of the offered sub-protocols
    functions = accepting(
        connect=lambda _: {"statusCode": 200, "headers": {"sec-websocket-protocol": "touchline.v1"}}
    )
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        # WHEN a client offers that sub-protocol
        async with served.connect(protocols=OFFER) as client:
            # THEN the handshake selects it
            assert client.protocol == "touchline.v1"


async def test_no_subprotocol_is_selected_by_default_and_offered_tokens_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(accepting()) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect(protocols=OFFER) as client:
            assert client.protocol is None
    assert [record for record in caplog.records if "a-token" in record.getMessage()] == []


async def test_the_authorizer_context_is_passed_to_every_integration_as_text() -> None:
    # GIVEN an authorizer that allows with a context of several types
    functions = accepting(authorize=lambda event: allowing(event, viewerId="v1", adult=True, age=34))
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(authorizer=TOKEN_IN_SUBPROTOCOL))
        # WHEN a client connects and leaves
        async with served.connect(protocols=OFFER):
            pass
        await served.gateway.close()
    # THEN $connect and $disconnect receive the context, with every value as text
    expected = {"principalId": "viewer-1", "viewerId": "v1", "adult": "true", "age": "34"}
    for name in ("connect", "disconnect"):
        (event,) = functions.events_of(name)
        assert event["requestContext"]["authorizer"] == expected


async def test_a_missing_identity_source_is_refused_without_an_invocation() -> None:
    functions = accepting(authorize=allowing)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(authorizer=TOKEN_IN_SUBPROTOCOL))
        assert await refusal(served) == 401
    assert functions.events == []


def _raise(message: str) -> NoReturn:
    raise RuntimeError(message)


@pytest.mark.parametrize(
    ("authorize", "status"),
    [
        pytest.param(lambda event: policy("Deny", event["methodArn"]), 403, id="explicit deny"),
        pytest.param(lambda _: policy("Allow", "arn:aws:execute-api:*:*:other/*"), 403, id="nothing allows"),
        pytest.param(lambda _: policy("Allow", "*"), 101, id="wildcard allows"),
        pytest.param(lambda _: _raise("Unauthorized"), 401, id="Unauthorized"),
        pytest.param(lambda _: _raise("database is down"), 500, id="error"),
        pytest.param(lambda _: {"principalId": "x"}, 500, id="no policy"),
        pytest.param(lambda e: allowing(e, nested={"a": 1}), 500, id="nested context"),
        pytest.param(lambda e: allowing(e, blob="x" * 8192), 500, id="result above 8 KB"),
    ],
)
async def test_the_authorizer_decides_the_handshake(authorize: Function, status: int) -> None:
    functions = accepting(authorize=authorize)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(authorizer=TOKEN_IN_SUBPROTOCOL))
        if status == 101:
            async with served.connect(protocols=OFFER) as client:
                assert not client.closed
        else:
            assert await refusal(served, protocols=OFFER) == status
            assert functions.events_of("connect") == []


async def test_policies_are_not_cached() -> None:
    functions = accepting(authorize=allowing)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(authorizer=TOKEN_IN_SUBPROTOCOL))
        for _ in range(2):
            async with served.connect(protocols=OFFER):
                pass
    assert len(functions.events_of("authorize")) == 2


@pytest.mark.parametrize(
    ("connect", "status"),
    [
        pytest.param(lambda _: {"statusCode": 403}, 403, id="refused by the integration"),
        pytest.param(lambda _: _raise("broken"), 502, id="function error"),
        pytest.param(lambda _: "no status", 502, id="malformed"),
    ],
)
async def test_a_failing_connect_integration_refuses_the_connection(connect: Function, status: int) -> None:
    functions = accepting(connect=connect)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        assert await refusal(served) == status
        assert served.gateway.state()["websocket"]["ws1"]["connections"] == 0
    assert functions.events_of("disconnect") == []


async def test_the_connect_event_has_the_documented_fields() -> None:
    functions = accepting()
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect("/ws1/live?lang=it&lang=en", headers={"X-App": "tv"}):
            pass
    (event,) = functions.events_of("connect")
    assert event["headers"]["X-App"] == "tv"
    assert event["multiValueHeaders"]["X-App"] == ["tv"]
    assert event["queryStringParameters"] == {"lang": "en"}
    assert event["multiValueQueryStringParameters"] == {"lang": ["it", "en"]}
    assert event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["routeKey"] == "$connect"
    assert context["eventType"] == "CONNECT"
    assert context["messageDirection"] == "IN"
    assert (context["apiId"], context["stage"]) == ("ws1", "live")
    assert context["domainName"] == "ws1.execute-api.eu-central-1.amazonaws.com"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["connectedAt"] <= context["requestTimeEpoch"]
    assert len(context["connectionId"]) == 16


async def test_connections_per_second_are_limited() -> None:
    limits = Limits(connects=Rate(per_second=0.001, burst=1))
    async with serving(accepting(), limits) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect():
            assert await refusal(served) == 429


@pytest.mark.parametrize("path", ["/ws1/other", "/unknown/live"])
async def test_unknown_stages_and_apis_are_forbidden(path: str) -> None:
    async with serving(Functions({"connect": lambda _: OK})) as served:
        served.gateway.put_websocket_api(api())
        assert await refusal(served, path=path) == 403
