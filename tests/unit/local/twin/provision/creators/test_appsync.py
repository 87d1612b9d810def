"""Event APIs and namespaces are created, changed and deleted as templates declare them."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from local.twin.endpoints import Endpoint
from local.twin.provision.creators import CREATORS, DELETERS, UPDATERS
from local.twin.provision.resources import Deployed, Resource
from local.twin.services.appsync import EventApis

MODE = {"AuthType": "AWS_LAMBDA"}
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:authorize"
CONFIG = {
    "AuthProviders": [
        {**MODE, "LambdaAuthorizerConfig": {"AuthorizerUri": FUNCTION}},
        {"AuthType": "AWS_IAM"},
    ],
    "ConnectionAuthModes": [MODE],
    "DefaultPublishAuthModes": [{"AuthType": "AWS_IAM"}],
    "DefaultSubscribeAuthModes": [MODE],
    "LogConfig": {"LogLevel": "ERROR", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/log"},
}
API = Resource(
    stack="s", logical_id="Api", type="AWS::AppSync::Api", properties={"Name": "a", "EventConfig": CONFIG}
)


async def never_invoked(_name: str, _payload: bytes, _source_arn: str) -> Any:
    raise AssertionError


@pytest.fixture
def apis() -> EventApis:
    return EventApis(invoke=never_invoked)


@pytest.fixture
def context(apis: EventApis) -> Any:
    trusted: list[str] = []
    return SimpleNamespace(
        endpoint=Endpoint(port=4566),
        arn=lambda service, resource: f"arn:aws:{service}:eu-central-1:123456789012:{resource}",
        check_trust=lambda service, role_arn, source_arn: trusted.append(
            f"{service} {role_arn} {source_arn}"
        ),
        trusted=trusted,
        platform=SimpleNamespace(
            event_apis=apis, remove_event_api=lambda api_id: asyncio.run(apis.remove_api(api_id))
        ),
    )


def deploy(resource: Resource, context: Any) -> Deployed:
    return Deployed(resource=resource, created=CREATORS[resource.type](resource, context))


def namespace(api: Deployed, **properties: Any) -> Resource:
    given = {"ApiId": api.created.attributes["ApiId"], "Name": "news", **properties}
    return Resource(stack="s", logical_id="News", type="AWS::AppSync::ChannelNamespace", properties=given)


def test_an_api_has_the_addresses_that_templates_refer_to(apis: EventApis, context: Any) -> None:
    api = deploy(API, context)
    api_id = api.created.attributes["ApiId"]
    assert api.created.attributes == {
        "ApiId": api_id,
        "ApiArn": f"arn:aws:appsync:eu-central-1:123456789012:apis/{api_id}",
        "Dns.Http": f"{api_id}.appsync-api.eu-central-1.amazonaws.com",
        "Dns.Realtime": f"{api_id}.appsync-realtime-api.eu-central-1.amazonaws.com",
    }
    assert apis.api(api_id).authorizer == "authorize"
    assert apis.api(api_id).event_config["connectionAuthModes"] == [{"authType": "AWS_LAMBDA"}]
    # AppSync must be able to assume the role of the log.
    (asked,) = context.trusted
    assert asked.startswith("appsync.amazonaws.com arn:aws:iam::123456789012:role/log ")


def test_a_namespace_takes_the_modes_of_its_api_unless_it_has_its_own(apis: EventApis, context: Any) -> None:
    api = deploy(API, context)
    deployed = deploy(namespace(api), context)
    api_id = api.created.attributes["ApiId"]
    (found,) = apis.namespaces(api_id)
    assert found.publish_modes == {"AWS_IAM"}
    assert found.subscribe_modes == {"AWS_LAMBDA"}
    assert deployed.created.attributes["ChannelNamespaceArn"] == found.arn
    own = namespace(api, PublishAuthModes=[MODE])
    UPDATERS[own.type](deployed, own, context)
    assert apis.namespaces(api_id)[0].publish_modes == {"AWS_LAMBDA"}


def test_what_is_deleted_is_not_served(apis: EventApis, context: Any) -> None:
    api = deploy(API, context)
    news = deploy(namespace(api), context)
    DELETERS[news.resource.type](news, context)
    assert apis.namespaces(api.created.attributes["ApiId"]) == []
    DELETERS[API.type](api, context)
    assert apis.apis() == []
    # A namespace may be deleted after its API.
    DELETERS[news.resource.type](news, context)


def test_a_changed_api_stays_the_same_one(apis: EventApis, context: Any) -> None:
    api = deploy(API, context)
    renamed = replace(API, properties={**API.properties, "Name": "b"})
    assert UPDATERS[API.type](api, renamed, context) == api.created
    assert [each.name for each in apis.apis()] == ["b"]
