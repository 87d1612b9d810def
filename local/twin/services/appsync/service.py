"""The operations of AppSync's control plane that read Event APIs and their namespaces.

Others than GetApi, ListApis, ListChannelNamespaces and GetChannelNamespace are refused: templates declare
what there is.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from botocore.model import OperationModel

from local.twin.edge.services import ServiceAnswer, ServiceRequest
from local.twin.services.appsync.api import ChannelNamespace, EventApi
from local.twin.services.appsync.event_apis import EventApis
from local.twin.services.protocol import service_model, write_answer

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_OPERATIONS = ("GetApi", "ListApis", "ListChannelNamespaces", "GetChannelNamespace")


class AppSyncService:
    """Answers from the APIs that are deployed; all fit on one page of a list."""

    def __init__(self, apis: EventApis) -> None:
        self._apis = apis
        self._handlers: dict[str, Callable[..., dict[str, Any]]] = {
            "GetApi": self._get_api,
            "ListApis": self._list_apis,
            "ListChannelNamespaces": self._list_namespaces,
            "GetChannelNamespace": self._get_namespace,
        }

    async def __call__(self, request: ServiceRequest, /) -> ServiceAnswer:
        """Answer one request."""
        for name in _OPERATIONS:
            model = service_model("appsync").operation_model(name)
            found = _uri(model).fullmatch(request.path)
            if found is None or model.http["method"] != request.method:
                continue
            parameters = {key: unquote(value) for key, value in found.groupdict().items()}
            try:
                answer = self._handlers[name](**parameters)
            except KeyError:
                return _error(404, "NotFoundException", "the Event API or the channel namespace is not found")
            return _answer(200, write_answer(model.output_shape, answer))
        message = f"the twin answers {', '.join(_OPERATIONS)}; got {request.method} {request.path}"
        return _error(501, "UnsupportedOperation", message)

    def _get_api(self, *, apiId: str) -> dict[str, Any]:  # noqa: N803 - the name in the operation's path
        return {"api": _api(self._apis.api(apiId))}

    def _list_apis(self) -> dict[str, Any]:
        return {"apis": [_api(api) for api in self._apis.apis()]}

    def _list_namespaces(self, *, apiId: str) -> dict[str, Any]:  # noqa: N803
        namespaces = self._apis.namespaces(apiId)
        return {"channelNamespaces": [_namespace(apiId, each) for each in namespaces]}

    def _get_namespace(self, *, apiId: str, name: str) -> dict[str, Any]:  # noqa: N803
        named = {each.name: each for each in self._apis.namespaces(apiId)}
        return {"channelNamespace": _namespace(apiId, named[name])}


def _uri(model: OperationModel) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", model.http["requestUri"]))


def _api(api: EventApi) -> dict[str, Any]:
    return {
        "apiId": api.api_id,
        "name": api.name,
        "apiArn": api.arn,
        "created": _CREATED,
        "dns": {"HTTP": api.http_host, "REALTIME": api.realtime_host},
        "eventConfig": api.event_config,
        "tags": api.tags,
        "xrayEnabled": False,
    }


def _namespace(api_id: str, namespace: ChannelNamespace) -> dict[str, Any]:
    return {
        "apiId": api_id,
        "name": namespace.name,
        "channelNamespaceArn": namespace.arn,
        "publishAuthModes": [{"authType": each} for each in sorted(namespace.publish_modes)],
        "subscribeAuthModes": [{"authType": each} for each in sorted(namespace.subscribe_modes)],
        "tags": namespace.tags,
        "created": _CREATED,
        "lastModified": _CREATED,
    }


def _answer(status: int, body: bytes) -> ServiceAnswer:
    return ServiceAnswer(status=status, headers={"Content-Type": "application/json"}, body=body)


def _error(status: int, code: str, message: str) -> ServiceAnswer:
    body = json.dumps({"__type": code, "message": message}).encode()
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return ServiceAnswer(status=status, headers=headers, body=body)
