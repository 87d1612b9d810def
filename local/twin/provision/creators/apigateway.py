"""API Gateway v2: WebSocket and HTTP APIs, which are served once their stacks are deployed."""

from collections.abc import Mapping
from typing import Any

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    forget,
    put_again,
)
from local.twin.services.apigateway import Cors
from local.twin.services.token_bucket import Rate


def _api(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    api_id = resource.short_id()
    protocol = properties["ProtocolType"]
    selection = properties.get("RouteSelectionExpression", "$request.body.action")
    cors = _cors(properties.get("CorsConfiguration"))
    context.apis.put_api(api_id, protocol=protocol, selection=selection, cors=cors)
    scheme = "wss" if protocol == "WEBSOCKET" else "https"
    endpoint = f"{scheme}://{api_id}.execute-api.{context.endpoint.region}.amazonaws.com"
    return Created(physical_id=api_id, attributes={"ApiId": api_id, "ApiEndpoint": endpoint})


def _cors(config: Mapping[str, Any] | None) -> Cors | None:
    if config is None:
        return None
    return Cors(
        origins=frozenset(config.get("AllowOrigins", ())),
        methods=frozenset(config.get("AllowMethods", ())),
        headers=frozenset(config.get("AllowHeaders", ())),
        exposed=tuple(config.get("ExposeHeaders", ())),
        credentials=bool(config.get("AllowCredentials", False)),
        max_age_seconds=config.get("MaxAge"),
    )


def _stage(resource: Resource, context: ProvisionContext) -> Created:
    properties, name = resource.properties, resource.properties["StageName"]
    draft = context.apis.get(properties["ApiId"])
    draft.stages[name] = _throttle(properties.get("DefaultRouteSettings", {}))
    throttles = {key: _throttle(settings) for key, settings in properties.get("RouteSettings", {}).items()}
    draft.route_throttles[name] = {key: rate for key, rate in throttles.items() if rate is not None}
    return Created(physical_id=name)


def _throttle(settings: Mapping[str, Any]) -> Rate | None:
    if "ThrottlingRateLimit" not in settings:
        return None
    per_second = float(settings["ThrottlingRateLimit"])
    return Rate(per_second=per_second, burst=float(settings.get("ThrottlingBurstLimit", per_second)))


def _integration(resource: Resource, context: ProvisionContext) -> Created:
    integration_id = resource.short_id(8)
    draft = context.apis.get(resource.properties["ApiId"])
    draft.integrations[integration_id] = resource.properties["IntegrationUri"]
    return Created(physical_id=integration_id, attributes={"IntegrationId": integration_id})


def _route(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    route_id = resource.short_id(8)
    context.apis.get(properties["ApiId"]).routes[properties["RouteKey"]] = {
        "id": route_id,
        "target": properties["Target"],
        "authorizer": properties.get("AuthorizerId"),
    }
    return Created(physical_id=route_id, attributes={"RouteId": route_id})


def _route_response(resource: Resource, context: ProvisionContext) -> Created:
    context.apis.get(resource.properties["ApiId"]).two_way.add(resource.properties["RouteId"])
    return Created(physical_id=resource.short_id(8))


def _authorizer(resource: Resource, context: ProvisionContext) -> Created:
    authorizer_id = resource.short_id(8)
    context.apis.get(resource.properties["ApiId"]).authorizers[authorizer_id] = dict(resource.properties)
    return Created(physical_id=authorizer_id, attributes={"AuthorizerId": authorizer_id})


def _integration_response(resource: Resource, _context: ProvisionContext) -> Created:
    return Created(physical_id=resource.short_id(8))


CREATORS: dict[str, Creator] = {
    "AWS::ApiGatewayV2::Api": _api,
    "AWS::ApiGatewayV2::Stage": _stage,
    "AWS::ApiGatewayV2::Integration": _integration,
    "AWS::ApiGatewayV2::IntegrationResponse": _integration_response,
    "AWS::ApiGatewayV2::Route": _route,
    "AWS::ApiGatewayV2::RouteResponse": _route_response,
    "AWS::ApiGatewayV2::Authorizer": _authorizer,
}


def _update_route(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    created = _route(resource, context)
    if deployed.resource.properties["RouteKey"] != resource.properties["RouteKey"]:
        _delete_route(deployed, context)
    return created


def _delete_api(deployed: Deployed, context: ProvisionContext) -> None:
    context.apis.remove_api(deployed.created.physical_id)


def _delete_stage(deployed: Deployed, context: ProvisionContext) -> None:
    draft = context.apis.find(deployed.resource.properties["ApiId"])
    if draft is not None:
        draft.stages.pop(deployed.created.physical_id, None)
        draft.route_throttles.pop(deployed.created.physical_id, None)


def _delete_route(deployed: Deployed, context: ProvisionContext) -> None:
    draft = context.apis.find(deployed.resource.properties["ApiId"])
    key = deployed.resource.properties["RouteKey"]
    # Another route may have the key by now.
    if draft is not None and draft.routes.get(key, {}).get("id") == deployed.created.physical_id:
        del draft.routes[key]


def _delete_route_response(deployed: Deployed, context: ProvisionContext) -> None:
    draft = context.apis.find(deployed.resource.properties["ApiId"])
    if draft is not None:
        draft.two_way.discard(deployed.resource.properties["RouteId"])


UPDATERS: dict[str, Updater] = {
    "AWS::ApiGatewayV2::Api": put_again(_api),
    "AWS::ApiGatewayV2::Stage": put_again(_stage),
    "AWS::ApiGatewayV2::Integration": put_again(_integration),
    "AWS::ApiGatewayV2::IntegrationResponse": put_again(_integration_response),
    "AWS::ApiGatewayV2::Route": _update_route,
    "AWS::ApiGatewayV2::RouteResponse": put_again(_route_response),
    "AWS::ApiGatewayV2::Authorizer": put_again(_authorizer),
}
# What nothing refers to any more has no effect.
DELETERS: dict[str, Deleter] = {
    "AWS::ApiGatewayV2::Api": _delete_api,
    "AWS::ApiGatewayV2::Stage": _delete_stage,
    "AWS::ApiGatewayV2::Integration": forget,
    "AWS::ApiGatewayV2::IntegrationResponse": forget,
    "AWS::ApiGatewayV2::Route": _delete_route,
    "AWS::ApiGatewayV2::RouteResponse": _delete_route_response,
    "AWS::ApiGatewayV2::Authorizer": forget,
}
