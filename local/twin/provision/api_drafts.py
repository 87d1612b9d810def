"""Building API Gateway v2 APIs from their resources, which templates declare one by one."""

from dataclasses import dataclass, field
from typing import Any

from local.twin.services.apigateway import (
    Cors,
    HttpApi,
    HttpRoute,
    RequestAuthorizer,
    WebSocketApi,
    WebSocketRoute,
)
from local.twin.services.lambda_.configuration import function_name
from local.twin.services.token_bucket import Rate


@dataclass(slots=True, kw_only=True)
class ApiDraft:
    """The resources of an API that have been created so far."""

    api_id: str
    protocol: str
    selection: str
    stages: dict[str, Rate | None] = field(default_factory=dict)
    """The throttle of each stage by the stage's name."""
    route_throttles: dict[str, dict[str, Rate]] = field(default_factory=dict)
    """The throttles of routes by the stage's name and the route's key."""
    cors: Cors | None = None
    routes: dict[str, dict[str, Any]] = field(default_factory=dict)
    integrations: dict[str, str] = field(default_factory=dict)
    authorizers: dict[str, dict[str, Any]] = field(default_factory=dict)
    two_way: set[str] = field(default_factory=set)


class ApiDrafts:
    """The APIs of every deployed stack."""

    def __init__(self, *, region: str, account_id: str) -> None:
        self._region = region
        self._account_id = account_id
        self._drafts: dict[str, ApiDraft] = {}

    def put_api(self, api_id: str, *, protocol: str, selection: str, cors: Cors | None = None) -> None:
        """Add an API without routes, or change how one selects a route and whom it answers."""
        if api_id in self._drafts:
            self._drafts[api_id].selection = selection
            self._drafts[api_id].cors = cors
        else:
            self._drafts[api_id] = ApiDraft(api_id=api_id, protocol=protocol, selection=selection, cors=cors)

    def remove_api(self, api_id: str) -> None:
        """Remove an API with everything in it."""
        self._drafts.pop(api_id, None)

    def find(self, api_id: str) -> ApiDraft | None:
        """Return the draft of an API; None if it was deleted before what it consists of."""
        return self._drafts.get(api_id)

    def get(self, api_id: str) -> ApiDraft:
        """Return the draft of an API; raises KeyError."""
        return self._drafts[api_id]

    def websocket_apis(self) -> list[WebSocketApi]:
        """Return the WebSocket APIs, one for each stage."""
        return [
            self._websocket(draft, stage, throttle)
            for draft in self._drafts.values()
            if draft.protocol == "WEBSOCKET"
            for stage, throttle in draft.stages.items()
        ]

    def http_apis(self) -> list[HttpApi]:
        """Return the HTTP APIs, one for each stage."""
        return [
            HttpApi(
                api_id=draft.api_id,
                stage=stage,
                throttle=throttle,
                route_throttles=draft.route_throttles.get(stage, {}),
                cors=draft.cors,
                routes=tuple(
                    HttpRoute(route_key=key, function_name=self._function(draft, route))
                    for key, route in draft.routes.items()
                ),
                region=self._region,
                account_id=self._account_id,
            )
            for draft in self._drafts.values()
            if draft.protocol == "HTTP"
            for stage, throttle in draft.stages.items()
        ]

    def _websocket(self, draft: ApiDraft, stage: str, throttle: Rate | None) -> WebSocketApi:
        return WebSocketApi(
            api_id=draft.api_id,
            stage=stage,
            routes=tuple(
                WebSocketRoute(
                    route_key=key,
                    function_name=self._function(draft, route),
                    two_way=route["id"] in draft.two_way,
                )
                for key, route in draft.routes.items()
            ),
            route_selection_expression=draft.selection,
            authorizer=self._authorizer(draft),
            throttle=throttle,
            region=self._region,
            account_id=self._account_id,
        )

    def _authorizer(self, draft: ApiDraft) -> RequestAuthorizer | None:
        authorizer_id = draft.routes.get("$connect", {}).get("authorizer")
        if not authorizer_id:
            return None
        declared = draft.authorizers[authorizer_id]
        return RequestAuthorizer(
            function_name=invoked_function(declared["AuthorizerUri"]),
            identity_sources=tuple(declared.get("IdentitySource", ())),
            id=authorizer_id,
        )

    def _function(self, draft: ApiDraft, route: dict[str, Any]) -> str:
        return invoked_function(draft.integrations[route["target"].removeprefix("integrations/")])


def invoked_function(uri: str) -> str:
    """Return the function's name from an integration URI: its ARN, or the path of an invocation with it."""
    inner = uri.partition("/functions/")[2].removesuffix("/invocations") if "/functions/" in uri else uri
    return function_name(inner)
