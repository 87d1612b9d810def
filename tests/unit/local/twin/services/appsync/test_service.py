"""The control plane, read with botocore's client."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ClientError

from local.twin.edge.services import ServiceRequest
from local.twin.services.appsync import ChannelNamespace, EventApis
from local.twin.services.appsync.service import AppSyncService
from tests.support.event_rig import API_ID, ARN, CONFIG, HOST, event_api


class Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


async def never_invoked(_name: str, _payload: bytes, _source_arn: str) -> Any:
    raise AssertionError


@pytest.fixture
def appsync() -> Any:
    """Return a boto3 client whose requests the service answers."""
    apis = EventApis(invoke=never_invoked)
    api = event_api()
    apis.put_api(api)
    arn = f"{ARN}/channelNamespace/news"
    apis.put_namespace(API_ID, ChannelNamespace.declared(api, {"Name": "news"}, arn=arn))
    service = AppSyncService(apis)

    def answer(request: Any, **_: Any) -> AWSResponse:
        path, _, query = request.url.partition("amazonaws.com")[2].partition("?")
        asked = ServiceRequest(
            service="appsync",
            method=request.method,
            path=path,
            query_string=query,
            headers={},
            body=b"",
        )
        try:
            service(asked).send(None)
        except StopIteration as done:
            found = done.value
        headers: Any = HeadersDict(found.headers)
        return AWSResponse(request.url, found.status, headers, Body(found.body))

    client = boto3.client(
        "appsync", region_name="eu-central-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.meta.events.register("before-send", answer)
    return client


def test_apis_are_described_as_botocore_models_them(appsync: Any) -> None:
    described = appsync.get_api(apiId=API_ID)["api"]
    assert appsync.list_apis()["apis"] == [described]
    assert (described["apiArn"], described["dns"]["HTTP"], described["eventConfig"]) == (ARN, HOST, CONFIG)


def test_namespaces_are_described_as_botocore_models_them(appsync: Any) -> None:
    (described,) = appsync.list_channel_namespaces(apiId=API_ID)["channelNamespaces"]
    assert appsync.get_channel_namespace(apiId=API_ID, name="news")["channelNamespace"] == described
    assert described["channelNamespaceArn"] == f"{ARN}/channelNamespace/news"
    assert described["publishAuthModes"] == [{"authType": "AWS_IAM"}]


def test_what_does_not_exist_is_not_found(appsync: Any) -> None:
    with pytest.raises(appsync.exceptions.NotFoundException):
        appsync.get_api(apiId="unknown")
    with pytest.raises(appsync.exceptions.NotFoundException):
        appsync.get_channel_namespace(apiId=API_ID, name="unknown")


def test_other_operations_are_refused(appsync: Any) -> None:
    with pytest.raises(ClientError, match="the twin answers GetApi"):
        appsync.delete_api(apiId=API_ID)
